using Tributary.Tests.Access.History;
using Tributary.Tests.Connections;
using Tributary.Tests.Directories.Scim;
using Tributary.Tests.Indexing;
using Tributary.Tests.Items;
using Tributary.Tests.Nodes;
using Tributary.Tests.Operations;
using Tributary.Tests.Schemas;

namespace Tributary.Tests.Storage.Postgres;

// The contracts, held by the store in PostgreSQL.
[NeedsPostgres]
public sealed class PostgresConnectionStoreTests() : ConnectionStoreContract(() => new PostgresTestDatabase());

[NeedsPostgres]
public sealed class PostgresSchemaStoreTests() : SchemaStoreContract(() => new PostgresTestDatabase());

[NeedsPostgres]
public sealed class PostgresOperationStoreTests() : OperationStoreContract(() => new PostgresTestDatabase());

[NeedsPostgres]
public sealed class PostgresItemStoreTests() : ItemStoreContract(() => new PostgresTestDatabase());

[NeedsPostgres]
public sealed class PostgresChangeFeedTests() : ChangeFeedContract(() => new PostgresTestDatabase());

[NeedsPostgres]
public sealed class PostgresScimStoreTests() : ScimStoreContract(() => new PostgresTestDatabase());

[NeedsPostgres]
public sealed class PostgresAccessHistoryTests() : AccessHistoryContract(() => new PostgresTestDatabase());

[NeedsPostgres]
public sealed class PostgresPastAccessTests() : PastAccessContract(() => new PostgresTestDatabase());

[NeedsPostgres]
public sealed class PostgresFollowersTests() : FollowersContract(() => new PostgresTestDatabase());

[NeedsPostgres]
public sealed class PostgresSeveralNodesTests() : SeveralNodesContract(() => new PostgresTestDatabase());

[NeedsPostgres]
public sealed class PostgresSnapshotTests() : SnapshotContract(() => new PostgresTestDatabase());

[NeedsPostgres]
public sealed class PostgresNodeStoreTests() : NodeStoreContract(() => new PostgresTestDatabase());

[NeedsPostgres]
public sealed class PostgresClaimTests() : ClaimContract(() => new PostgresTestDatabase());
