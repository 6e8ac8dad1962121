"""The definitions that ship with the product, as data: one YAML file each (`services.contracts.workflow_definitions`)."""
