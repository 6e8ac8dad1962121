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
    "file_not_found": ("文件不存在。", "There is no such file."),
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
    "too_many_places": ("最多 {0} 位小数。", "At most {0} decimals."),
}
"""Code → Chinese and English; ``{0}``, ``{1}`` are the code's parameters (``"length|1|80"``)."""
