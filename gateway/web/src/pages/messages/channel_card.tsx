import { Alert, Button, Card, Form, Input, Segmented, Switch, Tag } from "antd";
import { useState } from "react";
import { api, type Schemas } from "../../api/client";
import { asProblem } from "../../api/problem";
import { ago } from "../../format/dates";
import { useWords } from "../../words";
import { CATEGORIES, type ChannelName, type Entered, SIGNED, WAYS } from "./channel_settings";

interface ChannelCardProps {
  name: ChannelName;
  /** As it was last saved; undefined where it never was. */
  channel: Schemas["Channel"] | undefined;
  /** The directory's mail address. */
  email: string | null;
  /** What is tried is what is saved. */
  canTry: boolean;
}

const SEVERITIES: Schemas["Channel"]["least_severity"][] = ["info", "warning", "action"];

/** One channel: whether it is on, what goes over it and when, and how it is doing. */
export function ChannelCard({ name, channel, email, canTry }: ChannelCardProps) {
  const { t, term } = useWords();
  const form = Form.useFormInstance<Entered>();
  const isOn = Form.useWatch(["channels", name, "is_on"], form);
  return (
    <Card
      title={
        <span className="channel-title">
          {term("message_channel", name)}
          {channel !== undefined && <StateTag state={channel.state} />}
        </span>
      }
      extra={
        <Form.Item name={["channels", name, "is_on"]} valuePropName="checked" noStyle>
          <Switch aria-label={term("message_channel", name)} />
        </Form.Item>
      }
    >
      {name === "email" ? (
        <p className="quiet">{t("messages.own.to_email", { email: email ?? t("common.none") })}</p>
      ) : (
        <RobotFields name={name} channel={channel} />
      )}
      <div hidden={!isOn}>
        <div className="ways">
          {CATEGORIES.map((category) => (
            <Form.Item key={category} name={["channels", name, "ways", category]} label={term("category", category)}>
              <Segmented
                size="small"
                aria-label={`${term("message_channel", name)} ${term("category", category)}`}
                options={WAYS.map((way) => ({ value: way, label: t(`messages.own.way.${way}`) }))}
              />
            </Form.Item>
          ))}
        </div>
        <Form.Item name={["channels", name, "least_severity"]} label={t("messages.own.least")}>
          <Segmented
            aria-label={t("messages.own.least")}
            options={SEVERITIES.map((severity) => ({ value: severity, label: t(`messages.own.severity.${severity}`) }))}
          />
        </Form.Item>
      </div>
      {channel !== undefined && <Standing channel={channel} canTry={canTry} />}
    </Card>
  );
}

function StateTag({ state }: { state: Schemas["Channel"]["state"] }) {
  const { t } = useWords();
  const color = state === "on" ? "success" : state === "off" ? "default" : "warning";
  return <Tag color={color}>{t(`messages.own.channel_state.${state}`)}</Tag>;
}

function RobotFields({ name, channel }: { name: ChannelName; channel: Schemas["Channel"] | undefined }) {
  const { t } = useWords();
  const known = channel?.webhook;
  return (
    <>
      <Form.Item
        name={["channels", name, "webhook_url"]}
        label={t("messages.own.webhook")}
        extra={known ? t("messages.own.webhook_known", { host: known.host, ending: known.ending }) : undefined}
      >
        <Input type="url" autoComplete="off" placeholder="https://" />
      </Form.Item>
      {SIGNED.includes(name) && (
        <Form.Item
          name={["channels", name, "secret"]}
          label={t("messages.own.secret")}
          extra={known?.is_signed ? t("messages.own.secret_known") : undefined}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
      )}
    </>
  );
}

/** How it is doing, and a message to try it with. */
function Standing({ channel, canTry }: { channel: Schemas["Channel"]; canTry: boolean }) {
  const { t } = useWords();
  const [isBusy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<{ isSent: boolean; words: string }>();

  async function tryIt() {
    setBusy(true);
    setAnswer(undefined);
    try {
      const { data } = await api.POST("/api/v1/message-preferences/test", { body: { channel: channel.channel } });
      setAnswer({ isSent: data?.is_sent ?? false, words: data?.answer ?? "" });
    } catch (error) {
      setAnswer({ isSent: false, words: asProblem(error).message });
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className="channel-standing">
      <p className="quiet">
        {channel.last_sent_at !== null && t("messages.own.sent_last", { at: ago(channel.last_sent_at) })}{" "}
        {channel.waiting > 0 && t("messages.own.waiting", { count: channel.waiting })}{" "}
        {channel.failed > 0 && (
          <span className="loss">
            {t("messages.own.failed", { count: channel.failed })}
            {channel.last_failure}
          </span>
        )}
      </p>
      <Button loading={isBusy} disabled={!canTry || channel.state !== "on"} onClick={() => void tryIt()}>
        {t("messages.own.try")}
      </Button>
      {!canTry && <span className="quiet">{t("messages.own.try_saved")}</span>}
      {answer !== undefined && (
        <Alert
          type={answer.isSent ? "success" : "error"}
          showIcon
          role="status"
          title={t(answer.isSent ? "messages.own.try_sent" : "messages.own.try_failed")}
          description={answer.words}
        />
      )}
    </div>
  );
}
