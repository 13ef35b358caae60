using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Directories.Reading;

/// <summary>A kind of objects of the directory: its type, its root, and how its members are read, filtered, sorted and written.</summary>
internal interface IDirectoryKind<T>
{
    GraphType Type { get; }

    /// <summary>The collection as <c>@odata.context</c> names it.</summary>
    string Set { get; }

    /// <summary>A member by its name, null where no object of this kind has it to be compared.</summary>
    DirectoryField<T>? FieldOrNull(string name);

    string IdOf(T entity);

    /// <summary>How much of such objects a caller sees.</summary>
    DirectoryView ViewOf(DirectoryRights rights);

    void Write(Utf8JsonWriter writer, T entity, GraphRequest request, DirectoryRights rights, Selection selection, string? context);
}

/// <summary>A kind whose objects are all of one type.</summary>
internal sealed class DirectoryKind<T>(
    GraphType type, string set, Func<T, string> idOf, Func<DirectoryRights, DirectoryView> viewOf, params IReadOnlyList<DirectoryField<T>> fields) : IDirectoryKind<T>
{
    private readonly Dictionary<string, DirectoryField<T>> _fields = fields.ToDictionary(field => field.Name, StringComparer.Ordinal);

    public GraphType Type => type;

    public string Set => set;

    public DirectoryField<T>? FieldOrNull(string name) => _fields.GetValueOrDefault(name);

    public string IdOf(T entity) => idOf(entity);

    public DirectoryView ViewOf(DirectoryRights rights) => viewOf(rights);

    public void Write(Utf8JsonWriter writer, T entity, GraphRequest request, DirectoryRights rights, Selection selection, string? context)
    {
        writer.WriteStartObject();
        if (context is not null)
        {
            writer.WriteString("@odata.context", context);
        }

        WriteMembers(writer, entity, rights, selection);
        writer.WriteEndObject();
    }

    public void WriteMembers(Utf8JsonWriter writer, T entity, DirectoryRights rights, Selection selection)
    {
        DirectoryView view = viewOf(rights);
        foreach (DirectoryField<T> field in fields.Where(field => selection.IsAll ? field.IsDefault : selection.Names(field.Name)))
        {
            field.Write(writer, entity, view);
        }
    }
}

/// <summary>Users and groups in one list, each with its <c>@odata.type</c>; a member that only the other kind has is null in comparisons and not written.</summary>
internal sealed class MixedKind(DirectoryKind<DirectoryUser> users, DirectoryKind<DirectoryGroup> groups) : IDirectoryKind<DirectoryMember>
{
    public GraphType Type => DirectoryTypes.Object;

    public string Set => "directoryObjects";

    public DirectoryField<DirectoryMember>? FieldOrNull(string name)
    {
        DirectoryField<DirectoryUser>? ofUsers = users.FieldOrNull(name);
        DirectoryField<DirectoryGroup>? ofGroups = groups.FieldOrNull(name);
        return ofUsers is null && ofGroups is null
            ? null
            : new(name, member => member.User is { } user ? ofUsers?.Read(user) : ofGroups?.Read(member.Group!))
            {
                View = name == "id" ? DirectoryView.Id : DirectoryView.Whole,
                IsSortable = ofUsers?.IsSortable == true || ofGroups?.IsSortable == true,
            };
    }

    public string IdOf(DirectoryMember entity) => entity.Id;

    public DirectoryView ViewOf(DirectoryRights rights) => rights.Users < rights.Groups ? rights.Users : rights.Groups;

    public void Write(Utf8JsonWriter writer, DirectoryMember entity, GraphRequest request, DirectoryRights rights, Selection selection, string? context)
    {
        writer.WriteStartObject();
        if (context is not null)
        {
            writer.WriteString("@odata.context", context);
        }

        if (request.Format.HasMetadata)
        {
            writer.WriteString("@odata.type", "#" + (entity.User is null ? groups.Type : users.Type).Name);
        }

        if (entity.User is { } user)
        {
            users.WriteMembers(writer, user, rights, selection);
        }
        else
        {
            groups.WriteMembers(writer, entity.Group!, rights, selection);
        }

        writer.WriteEndObject();
    }
}

/// <summary>The users or the groups of a list of both (<c>…/microsoft.graph.user</c>), shown as in a list of their own.</summary>
internal sealed class CastKind<T>(DirectoryKind<T> kind, Func<DirectoryMember, T?> cast) : IDirectoryKind<DirectoryMember>
    where T : class
{
    public GraphType Type => kind.Type;

    public string Set => kind.Set;

    public bool Holds(DirectoryMember member) => cast(member) is not null;

    public DirectoryField<DirectoryMember>? FieldOrNull(string name) => kind.FieldOrNull(name) is { } field
        ? new(name, member => cast(member) is { } entity ? field.Read(entity) : null) { View = field.View, IsSortable = field.IsSortable }
        : null;

    public string IdOf(DirectoryMember entity) => entity.Id;

    public DirectoryView ViewOf(DirectoryRights rights) => kind.ViewOf(rights);

    public void Write(Utf8JsonWriter writer, DirectoryMember entity, GraphRequest request, DirectoryRights rights, Selection selection, string? context) =>
        kind.Write(writer, cast(entity)!, request, rights, selection, context);
}
