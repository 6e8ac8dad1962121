"""The words of refusals, Chinese and English, by code. Templates are filled with the refusal's params.

Each service's codes stand in its own part of :data:`REFUSALS`, put together here for whoever talks to people (the gateway).
"""

from typing import Final

SHARED: Final[dict[str, tuple[str, str]]] = {
    "invalid_input": ("输入有误，请按字段提示修改。", "The input is wrong; see the fields."),
    "not_found": ("没有找到，或您无权查看。", "Not found, or not visible to you."),
    "forbidden": ("您没有权限执行此操作。", "You may not do this."),
    "service_unavailable": ("{service} 服务暂时不可用，请稍后重试。", "The {service} service is away; please try again."),
    "file_too_large": ("文件超过大小上限（{max_bytes} 字节）。", "The file is over the limit of {max_bytes} bytes."),
    "file_kind_not_allowed": ("不接受这类文件：{name}（{kind}）。", "Files of this kind are not taken: {name} ({kind})."),
    "file_not_found": ("文件不存在。", "There is no such file."),
    "sheet_unreadable": ("不是可读取的 xlsx 或 xls 文件。", "Not a readable xlsx or xls file."),
    "sheet_too_many_rows": (
        "表格超过 {max} 行，请分成几个文件。",
        "The sheet has more than {max} rows; split it into several files.",
    ),
    "job_not_found": ("没有这个任务。", "There is no such job."),
}

FIELD_ERRORS: Final[dict[str, tuple[str, str]]] = {
    "required": ("必填。", "Required."),
    "null": ("不能为空。", "May not be null."),
    "invalid": ("格式不正确。", "Not valid."),
    "unknown": ("未知字段。", "Unknown field."),
    "length": ("长度须在 {0} 到 {1} 之间。", "Its length must be {0} to {1}."),
    "range": ("须在 {0} 到 {1} 之间。", "Must be from {0} to {1}."),
    "above": ("须大于 {0}。", "Must be greater than {0}."),
    "below": ("须小于 {0}。", "Must be less than {0}."),
    "one_of": ("须为以下之一：{0}。", "Must be one of: {0}."),
    "format": ("格式不正确。", "Wrong format."),
    "too_many_bytes": ("内容过大，最多 {0} 字节。", "It is too large: at most {0} bytes."),
    "too_many_places": ("最多 {0} 位小数。", "At most {0} decimals."),
    "tax_number_length": ("税号须为 18 位（旧号 15 或 20 位）。", "A tax number has 18 characters (an older one 15 or 20)."),
    "tax_number_characters": ("税号含有不允许的字符。", "The tax number has characters that none may have."),
    "tax_number_check_digit": ("税号校验位不正确，请核对。", "The tax number's check digit does not fit; please check it."),
    "in_future": ("不能晚于现在。", "May not lie in the future."),
    "in_past": ("必须晚于今天。", "Must lie ahead."),
    "before_start": ("不能早于开始日期。", "May not be before the start."),
    "not_of_customer": ("不属于该客户。", "Is not this customer's."),
    "window_empty": ("期限至少为一天。", "A window lasts a day at least."),
    "repeated": ("重复。", "Is there twice."),
    "taken": ("已被使用。", "Is in use."),
    "digits_lost": ("长数字账号在表格中已失真，请以文本存储。", "A long number has lost digits in the sheet; store it as text."),
}
"""Code → Chinese and English; ``{0}``, ``{1}`` are the code's parameters (``"length|1|80"``)."""
