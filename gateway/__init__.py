"""The only door from outside: identity, the HTTP interface, the console. It holds no business rule."""
