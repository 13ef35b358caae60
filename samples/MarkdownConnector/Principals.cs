using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Graph.Models.ExternalConnectors;

namespace MarkdownConnector;

/// <summary>
/// Turns the names in access lists into the object ids that Graph wants. Groups, and users where their ids are known, stand in the folder's
/// <c>principals.json</c>; the ids of other users come from their sign-in, once for each.
/// </summary>
internal sealed class Principals
{
    public const string FileName = "principals.json";

    private readonly string tenantId;
    private readonly Func<string, Task<string>> findObjectId;
    private readonly Dictionary<string, string> groups = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> users = new(StringComparer.OrdinalIgnoreCase);

    private Principals(string tenantId, Func<string, Task<string>> findObjectId)
    {
        this.tenantId = tenantId;
        this.findObjectId = findObjectId;
    }

    public static bool ExistIn(DirectoryInfo folder) => File.Exists(Path.Combine(folder.FullName, FileName));

    public static async Task<Principals> LoadAsync(
        DirectoryInfo folder, string tenantId, Func<string, Task<string>> findObjectId, CancellationToken cancellationToken)
    {
        var principals = new Principals(tenantId, findObjectId);
        if (!ExistIn(folder))
        {
            return principals;
        }

        try
        {
            await using var stream = File.OpenRead(Path.Combine(folder.FullName, FileName));
            var file = await JsonSerializer.DeserializeAsync<NamesAndIds>(stream, JsonSerializerOptions.Web, cancellationToken);
            foreach (var (name, id) in file?.Groups ?? [])
            {
                principals.groups[name] = id ?? throw new JsonException($"The group {name} has no id.");
            }

            foreach (var (name, id) in file?.Users ?? [])
            {
                if (id is not null)
                {
                    principals.users[name] = new Lazy<Task<string>>(Task.FromResult(id));
                }
            }

            return principals;
        }
        catch (JsonException e)
        {
            throw new ConnectorException($"{FileName} does not say which names have which ids: {e.Message}");
        }
    }

    /// <exception cref="FormatException">The line names a group that nobody has given an id.</exception>
    public async Task<Acl> ResolveAsync(AclLine line) => new()
    {
        AccessType = line.Access,
        Type = line.Kind,
        Value = line.Kind switch
        {
            AclType.User => await UserAsync(line.Name!),
            AclType.Group => Group(line.Name!),
            _ => tenantId,
        },
    };

    private Task<string> UserAsync(string name) =>
        Guid.TryParse(name, out _) ? Task.FromResult(name) : users.GetOrAdd(name, n => new Lazy<Task<string>>(() => findObjectId(n))).Value;

    private string Group(string name) =>
        groups.TryGetValue(name, out var id) ? id
        : Guid.TryParse(name, out _) ? name
        : throw new FormatException($"Its access list names the group {name}, which {FileName} does not know.");

    private sealed record NamesAndIds(Dictionary<string, string?>? Groups, Dictionary<string, string?>? Users);
}
