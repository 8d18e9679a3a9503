-- What this peer knows.  {words} in braces are the dialect's (store/dialect.py).

-- Things as they stand now.  One that was taken away keeps its row, emptied.
CREATE TABLE thing (
    number    {number},
    id        {text} NOT NULL UNIQUE,
    kind      {text} NOT NULL,
    document  {text} NOT NULL,
    owner     {text} NOT NULL,
    published {text} NOT NULL,
    updated   {text} NOT NULL,
    audience  {text} NOT NULL,
    deleted   {text},
    defines   {text}  -- the kind that this thing is the declaration of
) {rows};

CREATE INDEX thing_owner ON thing (owner);
CREATE INDEX thing_defines ON thing (defines) WHERE defines IS NOT NULL;

-- By what things are sorted and filtered.  A listing is a walk along facet_order;
-- kind, audience and thing are said again here so that it looks nowhere else.
CREATE TABLE facet (
    thing    {text} NOT NULL,
    term     {text} NOT NULL,
    value    {text} NOT NULL,
    kind     {text} NOT NULL,
    audience {text} NOT NULL,
    PRIMARY KEY (thing, term)
) {clustered};

CREATE INDEX facet_order ON facet (kind, audience, term, value, thing);

-- Subject stands in relation to object, says by_whom: a quad.
CREATE TABLE edge (
    number   {number},
    id       {text} NOT NULL UNIQUE,
    subject  {text} NOT NULL,
    relation {text} NOT NULL,
    object   {text} NOT NULL,
    by_whom  {text} NOT NULL,
    since    {text} NOT NULL,
    activity {text} NOT NULL,
    UNIQUE (subject, relation, object, by_whom)
) {rows};

CREATE INDEX edge_subject ON edge (subject, relation, number);
CREATE INDEX edge_object ON edge (object, relation, number);
CREATE INDEX edge_relation ON edge (relation, number);
CREATE INDEX edge_activity ON edge (activity);

-- All that was ever done, in the order in which it was.
CREATE TABLE log (
    seq      {number},
    id       {text} NOT NULL UNIQUE,
    type     {text} NOT NULL,
    actor    {text} NOT NULL,
    object   {text} NOT NULL,
    document {text} NOT NULL
) {rows};

CREATE INDEX log_actor ON log (actor, seq);
CREATE INDEX log_object ON log (object, seq);
CREATE INDEX log_type ON log (type, seq);

-- Places and stock: each unit that somebody holds, by its number.  Two cannot
-- hold the same one, whatever the isolation of their transactions.
CREATE TABLE holding (
    thing  {text} NOT NULL,
    number {integer} NOT NULL CHECK (number > 0),
    holder {text} NOT NULL,
    PRIMARY KEY (thing, number)
) {clustered};

CREATE INDEX holding_holder ON holding (thing, holder);

-- What a peer keeps for itself: accounts, sessions, keys.
CREATE TABLE record (
    space    {text} NOT NULL,
    key      {text} NOT NULL,
    document {text} NOT NULL,
    expires  {text},
    PRIMARY KEY (space, key)
) {clustered};

CREATE INDEX record_expires ON record (expires) WHERE expires IS NOT NULL;

-- Who was told of which line of the log.
CREATE TABLE notice (
    person {text} NOT NULL,
    seq    {integer} NOT NULL,
    PRIMARY KEY (person, seq)
) {clustered};

-- Activities that are still to reach an inbox.  A row may be taken once ready
-- has come, which a lease puts off; one that was given up is never ready.
CREATE TABLE delivery (
    id       {number} {never_reused},
    activity {text} NOT NULL,
    sender   {text} NOT NULL,
    inbox    {text} NOT NULL,
    due      {text} NOT NULL,
    ready    {text},
    worker   {text},
    attempts INTEGER NOT NULL,
    error    {text} NOT NULL,
    UNIQUE (activity, inbox)
) {rows};

CREATE INDEX delivery_ready ON delivery (ready, id);

-- Activities that are to be carried out when their time has come.
CREATE TABLE postponed (
    number   {number},
    id       {text} NOT NULL UNIQUE,
    due      {text} NOT NULL,
    document {text} NOT NULL
) {rows};

CREATE INDEX postponed_due ON postponed (due, number);
