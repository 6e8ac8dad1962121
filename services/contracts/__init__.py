"""What services may know of each other: payload schemas of events and calls, error codes with their words, the people's roles.

One module a service. A service imports its own and those of the services it listens to or calls, never their code.
"""
