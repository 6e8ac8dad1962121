"""The bus: nameko and kombu, with the losses taken out (spec/platform.md, "The bus").

==================  =============================================================  ==============
module              what it gives                                                  imports nameko
==================  =============================================================  ==============
``rpc``             ``@rpc``, ``ServiceClient``, ``CurrentContext``                yes
``replies``         answers under way                                              yes
``events``          ``@event_handler``                                             yes
``cluster_client``  ``ClusterClient``: calls from programs and Celery tasks        no
``publisher``       ``EventPublisher``: what the outbox relay publishes through    no
``dead_letters``    ``DeadLetters``: count, list, replay and discard parked events  no
``transient``       the connections that requests and replies leave by             no
``green``           connections that green threads share                           no
``breaker``         leaves a service alone that does not answer                    no
``memory``          the transport ``l2c-memory://`` of the embedded mode           no
==================  =============================================================  ==============

Importing the package registers the transport; nothing else happens at import.
"""

from kombu.transport import TRANSPORT_ALIASES

TRANSPORT_ALIASES["l2c-memory"] = "services.kit.bus.memory:Transport"
