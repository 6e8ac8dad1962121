"""Users, departments, sessions and tokens: a house like the services'."""
