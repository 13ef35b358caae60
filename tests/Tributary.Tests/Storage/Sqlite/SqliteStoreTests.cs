using Tributary.Tests.Connections;
using Tributary.Tests.Directories.Scim;
using Tributary.Tests.Indexing;
using Tributary.Tests.Items;
using Tributary.Tests.Operations;
using Tributary.Tests.Schemas;

namespace Tributary.Tests.Storage.Sqlite;

// The contracts, held by the embedded store.
public sealed class SqliteConnectionStoreTests() : ConnectionStoreContract(() => new SqliteTestDatabase());

public sealed class SqliteSchemaStoreTests() : SchemaStoreContract(() => new SqliteTestDatabase());

public sealed class SqliteOperationStoreTests() : OperationStoreContract(() => new SqliteTestDatabase());

public sealed class SqliteItemStoreTests() : ItemStoreContract(() => new SqliteTestDatabase());

public sealed class SqliteChangeFeedTests() : ChangeFeedContract(() => new SqliteTestDatabase());

public sealed class SqliteScimStoreTests() : ScimStoreContract(() => new SqliteTestDatabase());
