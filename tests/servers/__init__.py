"""Real servers for the tests: PostgreSQL and RabbitMQ, started when the first test asks and stopped whatever happens.

::

    pytest (controller)     makes the run's folder, holds its lifeline: a lock on a file there
      ├── worker gw0 ─┐
      ├── worker gw1 ─┼──►  keeper: started by whoever asks first; starts and stops servers, all its own children
      └── worker … ───┘          ├── postgres, shared: every worker has databases of its own
                                 ├── rabbitmq, shared: every worker has virtual hosts of its own
                                 └── servers of one test module alone, which it may stop, kill and start again

When the controller ends, be it by ``kill -9``, its lock goes; the keeper, which waits for that lock, stops every server and
removes the folder. Tests that ask for no server start no process.

Which servers: the ones that ``L2C_TEST_DATABASE_URL`` and ``L2C_TEST_AMQP_URL`` name, if set; else containers, where a Docker
engine answers and the images can be had; else private servers of the tests' own. The fixtures stand in
:mod:`tests.servers.fixtures`.
"""
