/** The fields of a contact log, in the composer and where one is changed. */
import { Col, DatePicker, Form, Input, Radio, Row, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import type { Schemas } from "../../../api/client";
import { minuteOf, today } from "../../../format/dates";
import { useWords } from "../../../words";
import { CHANNELS } from "../codes";

type Channel = Schemas["AddContactLog"]["channel"];

export interface LogValues {
  channel: Channel;
  content: string;
  contact_id?: string | null;
  /** Without it, now. */
  at?: Dayjs | null;
  next_step?: string;
  follow_up_on?: Dayjs | null;
}

/** Pickers show and take the business's own clock, whatever the browser's is. */
const ZONE_OFFSET = "+08:00";

/** An instant as a picker shows it. */
export function pickedOf(instant: string | Date): Dayjs {
  return dayjs(minuteOf(instant));
}

/** What a log that is not sent is kept by, wherever it is written. */
export function logKeptAs(customerId: string): string {
  return `log.${customerId}`;
}

/** As the API takes it. */
export function logBodyOf({ channel, content, contact_id, at, next_step, follow_up_on }: LogValues) {
  return {
    channel,
    content,
    contact_id: contact_id ?? null,
    next_step: next_step ?? "",
    follow_up_on: follow_up_on?.format("YYYY-MM-DD") ?? null,
    ...(at ? { at: `${at.format("YYYY-MM-DDTHH:mm:ss")}${ZONE_OFFSET}` } : {}),
  };
}

export interface ContactChoice {
  id: string;
  name: string;
  title: string;
  has_left: boolean;
}

interface LogFieldsProps {
  contacts: ContactChoice[];
  /** Only what is said, until one begins to write. */
  isShort?: boolean;
  onContent?: () => void;
}

export function LogFields({ contacts, isShort = false, onContent }: LogFieldsProps) {
  const { t, term } = useWords();
  return (
    <>
      <Form.Item name="channel" label={t("customers.logs.channel")} hidden={isShort} rules={[{ required: true }]}>
        <Radio.Group
          optionType="button"
          size="small"
          options={CHANNELS.map((value) => ({ value, label: term("channel", value) }))}
        />
      </Form.Item>
      <Form.Item
        name="content"
        label={isShort ? undefined : t("customers.logs.content")}
        rules={[{ required: true, whitespace: true, max: 5000 }]}
      >
        <Input.TextArea
          autoSize={{ minRows: isShort ? 1 : 3, maxRows: 10 }}
          placeholder={t("customers.logs.placeholder")}
          aria-label={t("customers.logs.content")}
          onFocus={onContent}
        />
      </Form.Item>
      {!isShort && (
        <>
          <Row gutter={12}>
            <Col xs={24} sm={12}>
              <Form.Item name="contact_id" label={t("customers.logs.contact")}>
                <Select
                  allowClear
                  showSearch={{ optionFilterProp: "label" }}
                  options={contacts
                    .filter(({ has_left }) => !has_left)
                    .map(({ id, name, title }) => ({ value: id, label: [name, title].filter(Boolean).join(" · ") }))}
                />
              </Form.Item>
            </Col>
            <Col xs={24} sm={12}>
              <Form.Item name="at" label={t("customers.logs.at")}>
                <DatePicker
                  showTime={{ format: "HH:mm" }}
                  format="YYYY-MM-DD HH:mm"
                  placeholder={t("customers.logs.now")}
                  maxDate={pickedOf(new Date())}
                  style={{ width: "100%" }}
                />
              </Form.Item>
            </Col>
          </Row>
          <Form.Item name="next_step" label={t("customers.logs.next_step")} rules={[{ max: 500 }]}>
            <Input />
          </Form.Item>
          <Form.Item name="follow_up_on" label={t("customers.logs.follow_up_on")}>
            <DatePicker
              minDate={dayjs(today())}
              style={{ width: "100%" }}
              presets={[1, 3, 7, 14].map((days) => ({
                label: t("customers.logs.in_days", { count: days }),
                value: dayjs(today()).add(days, "day"),
              }))}
            />
          </Form.Item>
        </>
      )}
    </>
  );
}
