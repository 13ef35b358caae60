using System.Reflection;
using Tributary.Auth;
using Tributary.Storage;

namespace Tributary.Nodes;

/// <summary>This server among those of its store.</summary>
/// <param name="id">The same for all runs on one data directory.</param>
/// <param name="isShared">Whether there may be others. If not, nothing is written about nodes, and nobody is asked.</param>
/// <param name="options">What it is called, and when others count as gone.</param>
/// <param name="time">Its clock; those of the others may differ from it, which only makes them wait longer or shorter.</param>
internal sealed class ThisNode(string id, bool isShared, NodeOptions options, TimeProvider time)
{
    private const string FileName = "node.id";

    public string Id { get; } = id;

    public bool IsShared { get; } = isShared;

    public string Name { get; } = options.Name.Length > 0 ? options.Name : Environment.MachineName;

    public string Build { get; } = typeof(ThisNode).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    public DateTimeOffset Started { get; } = time.GetUtcNow();

    public NodeOptions Options { get; } = options;

    public bool CatchesUp => Options.CatchUp ?? IsShared;

    public TimeSpan DrainDelay => Options.DrainDelay ?? (IsShared ? TimeSpan.FromSeconds(5) : TimeSpan.Zero);

    /// <summary>Who was not seen since then, in Unix milliseconds, is gone.</summary>
    public long GoneSince => (time.GetUtcNow() - Options.GoneAfter).ToUnixTimeMilliseconds();

    /// <summary>For who was not seen since then no changes are kept.</summary>
    public long ForgottenSince => (time.GetUtcNow() - Options.KeepChanges).ToUnixTimeMilliseconds();

    /// <summary>Until when what this node begins now is its own, unless it says so again.</summary>
    public long LeaseUntil => (time.GetUtcNow() + Options.GoneAfter).ToUnixTimeMilliseconds();

    public long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>With a store that others may share, one that is known again after a restart by its data directory.</summary>
    /// <exception cref="InvalidDataException">The file that holds its id is damaged.</exception>
    public static ThisNode Of(StorageOptions storage, NodeOptions options, string data, TimeProvider time)
    {
        if (!storage.IsPostgres)
        {
            return new ThisNode("", isShared: false, options, time);
        }

        string path = Path.Combine(data, FileName);
        return Guid.TryParseExact(OwnerOnlyFile.ReadOrCreate(path, () => Guid.NewGuid().ToString("N")).Trim(), "N", out Guid id)
            ? new ThisNode(id.ToString("N"), isShared: true, options, time)
            : throw new InvalidDataException($"{path} holds no id of a node, which is 32 hexadecimal digits: it is damaged. Delete it to have a new one made; the indexes may then be built anew.");
    }

    /// <summary>The only one of its store.</summary>
    public static ThisNode Alone(TimeProvider time) => new("", isShared: false, new NodeOptions(), time);
}
