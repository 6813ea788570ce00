"""Random sittings: a naive committee, what people try, and the table at which both are compared."""
