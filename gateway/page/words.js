// The page's words, Chinese first. What services say comes in the asked-for language already, or in both.

const WORDS = {
  signIn: ["登录", "Sign in"],
  signOut: ["退出", "Sign out"],
  login: ["用户名", "Name"],
  password: ["密码", "Password"],
  changePassword: ["请设置新密码", "Choose a new password"],
  currentPassword: ["当前密码", "Current password"],
  newPassword: ["新密码（至少 8 位）", "New password (8 characters or more)"],
  save: ["保存", "Save"],
  customers: ["我的客户", "Customers"],
  tasks: ["待办", "To do"],
  messages: ["消息", "Messages"],
  contract: ["合同客户", "Contract"],
  trial: ["测试客户", "Trial"],
  intent: ["意向客户", "Intent"],
  silent: ["沉默客户", "Silent"],
  pool: ["公共池客户", "Public pool"],
  name: ["客户名称", "Customer"],
  owner: ["跟进销售", "Owner"],
  region: ["地区", "Region"],
  since: ["进入时间", "Since"],
  lastLog: ["最近联系", "Last contact"],
  none: ["暂无", "None"],
  noTasks: ["没有待办，喝杯茶吧。", "Nothing to do. Have some tea."],
  noMessages: ["没有消息。", "No messages."],
  more: ["更多", "More"],
  atLeast: ["以上", "or more"],
  initiator: ["发起人", "Started by"],
  opinion: ["意见", "Opinion"],
  approve: ["同意", "Approve"],
  reject: ["驳回", "Reject"],
  resubmit: ["重新提交", "Resubmit"],
  approved: ["已同意：", "Approved: "],
  resubmitted: ["已重新提交：", "Resubmitted: "],
  rejected: ["已驳回：", "Rejected: "],
  markAllRead: ["全部已读", "Mark all read"],
  oneALine: ["（每行一个）", " (one a line)"],
  yes: ["是", "Yes"],
  no: ["否", "No"],
  unreachable: ["服务器无法访问，请稍后重试。", "The server cannot be reached; please try again."],
  other: ["English", "中文"],
};

export const LANGUAGES = ["zh", "en"];

export const language = LANGUAGES.includes(localStorage.getItem("language")) ? localStorage.getItem("language") : "zh";

export function word(key) {
  return WORDS[key][LANGUAGES.indexOf(language)];
}

export function switchLanguage() {
  localStorage.setItem("language", language === "zh" ? "en" : "zh");
  location.reload();
}

/** The text of an object that has it in both languages, as `name_zh` and `name_en`. */
export function named(object) {
  return object[`name_${language}`] ?? object.name_zh ?? "";
}

const DAY = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeZone: "Asia/Shanghai" });
const MOMENT = new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", {
  dateStyle: "short",
  timeStyle: "short",
  timeZone: "Asia/Shanghai",
});

export const day = (text) => (text ? DAY.format(new Date(text)) : "–");
export const moment = (text) => (text ? MOMENT.format(new Date(text)) : "–");
