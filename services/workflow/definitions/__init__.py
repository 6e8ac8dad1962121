"""The definitions that ship with the product, as data: one YAML file each, shaped as `services.contracts.workflow_definitions`."""
