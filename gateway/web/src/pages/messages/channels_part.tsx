import { Alert, App, Button, Card, Form, Radio, Switch, TimePicker } from "antd";
import { useState } from "react";
import { api, query, type Schemas } from "../../api/client";
import { readAgain } from "../../api/queries";
import { FollowRecord } from "../../forms/follow_record";
import { showProblem } from "../../forms/problems";
import { Loaded } from "../../shell/states";
import { LANGUAGES, listed, useWords } from "../../words";
import { ChannelCard } from "./channel_card";
import { asked, CHANNELS, type Entered, entered, fieldOf, settable } from "./channel_settings";

type Preferences = Schemas["MessagePreferences"];

/** How messages reach one outside the inbox. */
export function ChannelsPart() {
  const preferences = query.useQuery("get", "/api/v1/message-preferences");
  return <Loaded query={preferences}>{(shown) => <PreferencesForm preferences={shown} />}</Loaded>;
}

function PreferencesForm({ preferences }: { preferences: Preferences }) {
  const { t, term } = useWords();
  const { message, notification } = App.useApp();
  const [form] = Form.useForm<Entered>();
  const isQuiet = Form.useWatch("is_quiet", form);
  const [isBusy, setBusy] = useState(false);
  const [isChanged, setChanged] = useState(false);
  const names = settable(preferences);
  const lacking = CHANNELS.filter((name) => !names.includes(name));

  async function save(values: Entered) {
    setBusy(true);
    try {
      await api.PUT("/api/v1/message-preferences", { body: asked(values, preferences) });
      message.success(t("common.saved"));
      // What leads to a robot is sent, and never shown again.
      form.resetFields(
        names.flatMap((name) => [
          ["channels", name, "webhook_url"],
          ["channels", name, "secret"],
        ]),
      );
      setChanged(false);
      await readAgain("/api/v1/message-preferences");
    } catch (error) {
      showProblem(error, {
        form,
        notification,
        fieldOf: (field) => fieldOf(field, values, preferences),
        readAgain: () => readAgain("/api/v1/message-preferences"),
      });
    } finally {
      setBusy(false);
    }
  }

  return (
    <Form<Entered>
      form={form}
      layout="vertical"
      initialValues={entered(preferences)}
      disabled={isBusy}
      onValuesChange={() => setChanged(true)}
      onFinish={(values) => void save(values)}
      className="settings"
    >
      <FollowRecord version={preferences.version} values={entered(preferences)} />
      <Card title={t("messages.own.when")}>
        <Form.Item name="language" label={t("messages.own.message_language")}>
          <Radio.Group
            optionType="button"
            options={LANGUAGES.map((each) => ({ value: each, label: t(`messages.own.language_${each}`) }))}
          />
        </Form.Item>
        <Form.Item
          name="digest_at"
          label={t("messages.own.digest_at")}
          extra={t("messages.own.digest_note")}
          rules={[{ required: true }]}
        >
          <TimePicker format="HH:mm" minuteStep={5} needConfirm={false} allowClear={false} />
        </Form.Item>
        <Form.Item
          name="is_quiet"
          label={t("messages.own.quiet")}
          valuePropName="checked"
          extra={t("messages.own.quiet_note")}
        >
          <Switch aria-label={t("messages.own.quiet")} />
        </Form.Item>
        <Form.Item name="quiet_hours" label={t("messages.own.quiet_hours")} hidden={!isQuiet}>
          <TimePicker.RangePicker format="HH:mm" minuteStep={5} order={false} needConfirm={false} allowClear={false} />
        </Form.Item>
      </Card>
      {names.map((name) => (
        <ChannelCard
          key={name}
          name={name}
          email={preferences.email}
          channel={preferences.channels.find(({ channel }) => channel === name)}
          canTry={!isChanged}
        />
      ))}
      {lacking.length > 0 && (
        <Alert
          type="info"
          showIcon
          title={t("messages.own.lacking", { names: listed(lacking.map((name) => term("message_channel", name))) })}
          description={t("messages.own.lacking_note")}
        />
      )}
      <div className="settings-foot">
        <Button type="primary" htmlType="submit" loading={isBusy} disabled={!isChanged}>
          {t("common.save")}
        </Button>
        {isChanged && <span className="quiet">{t("messages.own.unsaved")}</span>}
      </div>
    </Form>
  );
}
