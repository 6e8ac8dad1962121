"""The definitions that ship with the product, as data: one YAML file each, of the shape ``services.contracts.workflow_definitions``."""
