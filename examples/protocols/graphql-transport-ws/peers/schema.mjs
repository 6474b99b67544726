// The GraphQL schema of the server: small, and with every way in which an operation can end.

import { setTimeout as delay } from 'node:timers/promises';

import { GraphQLError, buildSchema } from 'graphql';

export const schema = buildSchema(`
  type Query {
    hello(name: String! = "world"): String!
    cellar: Cellar!
    "Fails, and takes the whole result with it."
    broken: String!
  }

  type Cellar {
    bottles: Int!
    "Fails, and is null in a result that is otherwise whole."
    label: String
  }

  type Mutation {
    drink(bottles: Int!): Int!
  }

  "What a count does when it is through."
  enum End { COMPLETE FAIL WAIT }

  type Subscription {
    count(to: Int!, every: Int! = 0, then: End! = COMPLETE): Int!
    "Fails before its first result."
    locked: Int!
  }
`);

const cellar = {
  bottles: 99,
  label() {
    throw new GraphQLError('The label came off', { extensions: { code: 'LABEL_LOST', shelf: 7 } });
  },
};

export const roots = {
  query: {
    hello: ({ name }) => `Hello, ${name}!`,
    cellar: () => cellar,
    broken() {
      throw new Error('It broke');
    },
  },
  mutation: { drink: ({ bottles }) => cellar.bottles - bottles },
  subscription: {
    count: counting,
    locked() {
      throw new GraphQLError('The door is locked', { extensions: { code: 'LOCKED' } });
    },
  },
};

// Not an async generator: one of those cannot be ended while it waits.
function counting({ to, every, then }) {
  let number = 0;
  let stop;
  const stopped = new Promise((resolve) => (stop = resolve));
  const end = { value: undefined, done: true };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (number < to) {
        await delay(every);
        number += 1;
        return { value: { count: number }, done: false };
      }
      if (then === 'FAIL')
        throw new GraphQLError('The counter broke', { extensions: { code: 'COUNTER_BROKE' } });
      if (then === 'WAIT') await stopped;
      return end;
    },
    async return() {
      stop();
      return end;
    },
  };
}
