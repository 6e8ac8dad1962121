"""The HTTP routes, one mixin of the gateway a context."""
