import {
  CrownOutlined,
  EditOutlined,
  MailOutlined,
  MobileOutlined,
  PhoneOutlined,
  PlusOutlined,
  QqOutlined,
  WechatOutlined,
} from "@ant-design/icons";
import { Button, Tag } from "antd";
import { type ReactNode, useState } from "react";
import type { Schemas } from "../../../api/client";
import { EmptyState } from "../../../shell/states";
import { useWords } from "../../../words";
import { Completeness } from "../marks";
import { ContactDrawer } from "./contact_drawer";
import { DepartmentDrawer } from "./department_drawer";
import { useShown } from "./overview";
import { More, PartHead, useWhole } from "./part";

type Contact = Schemas["Contact"];

/** What is open, by its id; `null` for a new one. `under`: the department that a new contact stands in. */
interface Open {
  contact?: string | null;
  department?: string | null;
  under?: string | null;
}

/** The customer's departments, and under each its contacts. */
export function ContactsTree() {
  const { t } = useWords();
  const { overview, mayWrite } = useShown();
  const [open, setOpen] = useState<Open>({});
  const asked = { path: { customer_id: overview.customer.id } };
  const contacts = useWhole("/api/v1/customers/{customer_id}/contacts", asked, overview.contacts);
  const departments = useWhole("/api/v1/customers/{customer_id}/departments", asked, overview.departments);
  const known = new Set(departments.rows.map(({ id }) => id));
  const loose = contacts.rows.filter(({ department_id }) => department_id === null || !known.has(department_id));
  const close = () => setOpen({});
  return (
    <section className="part">
      <PartHead
        title={t("customers.contacts.title")}
        actions={
          mayWrite && (
            <>
              <Button icon={<PlusOutlined />} onClick={() => setOpen({ department: null })}>
                {t("customers.contacts.add_department")}
              </Button>
              <Button icon={<PlusOutlined />} onClick={() => setOpen({ contact: null })}>
                {t("customers.contacts.add")}
              </Button>
            </>
          )
        }
      />
      {contacts.rows.length + departments.rows.length === 0 && <EmptyState words={t("customers.contacts.empty")} />}
      {departments.rows.map((department) => (
        <Group
          key={department.id}
          title={department.name}
          note={department.remarks}
          contacts={contacts.rows.filter(({ department_id }) => department_id === department.id)}
          onContact={({ id }) => setOpen({ contact: id })}
          actions={
            mayWrite && (
              <>
                <Button
                  type="text"
                  size="small"
                  icon={<PlusOutlined />}
                  aria-label={t("customers.contacts.add_in", { department: department.name })}
                  title={t("customers.contacts.add_in", { department: department.name })}
                  onClick={() => setOpen({ contact: null, under: department.id })}
                />
                <Button
                  type="text"
                  size="small"
                  icon={<EditOutlined />}
                  aria-label={t("customers.contacts.edit_named", { name: department.name })}
                  title={t("common.edit")}
                  onClick={() => setOpen({ department: department.id })}
                />
              </>
            )
          }
        />
      ))}
      {loose.length > 0 && (
        <Group
          title={departments.rows.length > 0 ? t("customers.contacts.no_department") : undefined}
          contacts={loose}
          onContact={({ id }) => setOpen({ contact: id })}
        />
      )}
      <More section={overview.contacts} more={contacts.more} isLoading={contacts.isLoading} />
      <ContactDrawer
        contact={opened(contacts.rows, open.contact)}
        under={open.under}
        departments={departments.rows}
        onClose={close}
      />
      <DepartmentDrawer department={opened(departments.rows, open.department)} onClose={close} />
    </section>
  );
}

/** The row itself, as it was read last: a form about it knows when somebody else has changed it. */
function opened<Row extends { id: string }>(rows: Row[], id: string | null | undefined): Row | null | undefined {
  return id ? rows.find((row) => row.id === id) : (id as null | undefined);
}

interface GroupProps {
  title?: string;
  note?: string;
  contacts: Contact[];
  actions?: ReactNode;
  onContact: (contact: Contact) => void;
}

function Group({ title, note, contacts, actions, onContact }: GroupProps) {
  const { t } = useWords();
  return (
    <div className="contacts-group">
      {title !== undefined && (
        <div className="contacts-head">
          <h3>{title}</h3>
          {note && <span className="quiet">{note}</span>}
          {actions}
        </div>
      )}
      {contacts.length === 0 && <p className="quiet">{t("customers.contacts.none_here")}</p>}
      <ul className="contacts">
        {contacts.map((contact) => (
          <ContactCard key={contact.id} contact={contact} onEdit={() => onContact(contact)} />
        ))}
      </ul>
    </div>
  );
}

function ContactCard({ contact, onEdit }: { contact: Contact; onEdit: () => void }) {
  const { t } = useWords();
  const { mayWrite } = useShown();
  const { name, title, mobile, telephone, qq, wechat, email, is_decision_maker, has_left } = contact;
  return (
    <li className="contact" data-left={has_left}>
      <div className="contact-head">
        <div className="contact-name">
          <strong>{name}</strong>
          {title && <span className="quiet">{title}</span>}
          {is_decision_maker && <Tag icon={<CrownOutlined />}>{t("customers.contacts.decision_maker")}</Tag>}
          {has_left && <Tag>{t("customers.contacts.has_left")}</Tag>}
        </div>
        {!has_left && <Completeness share={shareOf(contact)} />}
        {mayWrite && (
          <Button
            type="text"
            size="small"
            icon={<EditOutlined />}
            aria-label={t("customers.contacts.edit_named", { name })}
            title={t("common.edit")}
            onClick={onEdit}
          />
        )}
      </div>
      <div className="contact-ways">
        <Way icon={<MobileOutlined />} words={t("customers.contacts.mobile")} text={mobile} href={`tel:${mobile}`} />
        <Way
          icon={<PhoneOutlined />}
          words={t("customers.contacts.telephone")}
          text={telephone}
          href={`tel:${telephone}`}
        />
        <Way icon={<WechatOutlined />} words={t("customers.contacts.wechat")} text={wechat} />
        <Way icon={<QqOutlined />} words="QQ" text={qq} />
        <Way icon={<MailOutlined />} words={t("customers.contacts.email")} text={email} href={`mailto:${email}`} />
      </div>
    </li>
  );
}

function Way({ icon, words, text, href }: { icon: ReactNode; words: string; text: string; href?: string }) {
  if (text === "") {
    return null;
  }
  return (
    <span title={words}>
      <span role="img" aria-label={words} className="quiet">
        {icon}
      </span>{" "}
      {href ? <a href={href}>{text}</a> : text}
    </span>
  );
}

/** Of the five items that completeness counts: the card (name, mobile and title), telephone, QQ, WeChat, email. */
function shareOf({ name, mobile, title, telephone, qq, wechat, email }: Contact): string {
  const items = [name && mobile && title, telephone, qq, wechat, email];
  return (items.filter(Boolean).length / items.length).toFixed(1);
}
