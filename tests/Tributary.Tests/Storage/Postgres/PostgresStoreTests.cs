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
public sealed class PostgresConnectionStoreTests() : ConnectionStoreContract(() => new PostgresTestDatabase());

public sealed class PostgresSchemaStoreTests() : SchemaStoreContract(() => new PostgresTestDatabase());

public sealed class PostgresOperationStoreTests() : OperationStoreContract(() => new PostgresTestDatabase());

public sealed class PostgresItemStoreTests() : ItemStoreContract(() => new PostgresTestDatabase());

public sealed class PostgresChangeFeedTests() : ChangeFeedContract(() => new PostgresTestDatabase());

public sealed class PostgresScimStoreTests() : ScimStoreContract(() => new PostgresTestDatabase());

public sealed class PostgresAccessHistoryTests() : AccessHistoryContract(() => new PostgresTestDatabase());

public sealed class PostgresPastAccessTests() : PastAccessContract(() => new PostgresTestDatabase());

public sealed class PostgresFollowersTests() : FollowersContract(() => new PostgresTestDatabase());

public sealed class PostgresSeveralNodesTests() : SeveralNodesContract(() => new PostgresTestDatabase());

public sealed class PostgresSnapshotTests() : SnapshotContract(() => new PostgresTestDatabase());

public sealed class PostgresNodeStoreTests() : NodeStoreContract(() => new PostgresTestDatabase());

public sealed class PostgresClaimTests() : ClaimContract(() => new PostgresTestDatabase());
