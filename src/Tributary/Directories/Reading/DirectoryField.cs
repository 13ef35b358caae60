using System.Text.Json;

namespace Tributary.Directories.Reading;

/// <summary>How much of an object a caller's permissions show (https://learn.microsoft.com/graph/permissions-overview#limited-information-returned-for-inaccessible-member-objects).</summary>
internal enum DirectoryView
{
    /// <summary>That it is there: its type and <c>id</c>, everything else null.</summary>
    Id,

    /// <summary>The basic profile of a user.</summary>
    Basic,

    Whole,
}

/// <summary>A member of an object of the directory.</summary>
/// <param name="Name">As the metadata spells it.</param>
/// <param name="Read">Its value: text, Boolean, a list of texts, null, or an <see cref="Action{T}"/> that writes what is more than that.</param>
internal sealed record DirectoryField<T>(string Name, Func<T, object?> Read)
{
    /// <summary>Whether an answer without <c>$select</c> has it.</summary>
    public bool IsDefault { get; init; } = true;

    /// <summary>The least view that shows it.</summary>
    public DirectoryView View { get; init; } = DirectoryView.Whole;

    /// <summary>Whether lists can be sorted by it.</summary>
    public bool IsSortable { get; init; }

    /// <summary>Its value as far as <paramref name="view"/> shows it; a collection is never null.</summary>
    public object? Show(T entity, DirectoryView view) =>
        view >= View ? Read(entity) : Read(entity) is IReadOnlyList<string> ? Array.Empty<string>() : null;

    public void Write(Utf8JsonWriter writer, T entity, DirectoryView view)
    {
        writer.WritePropertyName(Name);
        switch (Show(entity, view))
        {
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            case IReadOnlyList<string> texts:
                writer.WriteStartArray();
                foreach (string text in texts)
                {
                    writer.WriteStringValue(text);
                }

                writer.WriteEndArray();
                break;
            case Action<Utf8JsonWriter> write:
                write(writer);
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }
}
