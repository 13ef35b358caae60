using Microsoft.Extensions.Options;
using Tributary.Access.History;
using Tributary.Connections;
using Tributary.Directories;
using Tributary.Groups;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Search;
using FromServicesAttribute = Microsoft.AspNetCore.Mvc.FromServicesAttribute;

namespace Tributary.Access;

/// <summary>What an explanation takes besides the request.</summary>
internal readonly record struct AccessServices(
    [property: FromServices] IConnectionStore Connections,
    [property: FromServices] IAccessStore Store,
    [property: FromServices] IGroupStore Groups,
    [property: FromServices] IChangeFeed Feed,
    [property: FromServices] TenantDirectories Directories,
    [property: FromServices] IOptions<GroupOptions> GroupOptions,
    [property: FromServices] IOptions<ItemOptions> ItemOptions,
    [property: FromServices] IOptions<SearchOptions> SearchOptions,
    [property: FromServices] PastAccess Past,
    [property: FromServices] TimeProvider Time);
