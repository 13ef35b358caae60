using Tributary.Access;
using Tributary.Auth;
using Tributary.Batch;
using Tributary.Clock;
using Tributary.Connections;
using Tributary.Directories;
using Tributary.Faults;
using Tributary.Graph;
using Tributary.Groups;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Nodes;
using Tributary.Profiles;
using Tributary.Quirks;
using Tributary.Schemas;
using Tributary.Search;
using Tributary.Storage;
using Tributary.TakeOver;
using Tributary.Telemetry;
using Tributary.Throttling;

namespace Tributary;

/// <summary>The names under which the server can be configured, so that a mistyped one is told and not ignored.</summary>
internal static class ServerSettings
{
    public static readonly IReadOnlyList<string> Sections =
    [
        Profile.Setting, Chance.Setting, "PublicUrl", "AllowedHosts", GraphOptions.Section, LimitOptions.Section, CrossOriginOptions.Section, AuthOptions.Section, DirectoryOptions.Section,
        StorageOptions.Section, ConnectionOptions.Section, SchemaOptions.Section, ItemOptions.Section, GroupOptions.Section, IndexOptions.Section,
        SearchOptions.Section, BatchOptions.Section, ThrottlingOptions.Section, TelemetryOptions.Section, ClockOptions.Section, FaultOptions.Section, Quirk.Section,
        TakeOverOptions.Section, AccessOptions.Section, NodeOptions.Section, "ConnectionStrings", "Logging", "Kestrel",
    ];

    /// <summary>Whether a command line token is <c>--Section:Name=value</c> or <c>--Name=value</c> of a known name.</summary>
    public static bool IsSetting(string token)
    {
        int equals = token.IndexOf('=', StringComparison.Ordinal);
        if (!token.StartsWith("--", StringComparison.Ordinal) || equals < 0)
        {
            return false;
        }

        string name = token[2..equals];
        string section = name.Split(':')[0];
        return Sections.Contains(section, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>A value with further pairs in it is a connection string, with a password.</summary>
    private static string Shown(string token) => token.Split('=', 3) is [var name, _, _] ? name + "=…" : token;

    /// <summary>What is wrong with the command line tokens that no option took, or null when each is a setting.</summary>
    public static string? ProblemOrNull(IEnumerable<string> tokens)
    {
        if (tokens.FirstOrDefault(token => !IsSetting(token)) is not { } unknown)
        {
            return null;
        }

        string[] name = Shown(unknown).TrimStart('-').Split('=', 2);
        string section = name[0].Split(':')[0];
        string advice = name.Length == 2 && NearestName.OfOrNull(section, Sections) is { } near ? $" Did you mean --{near}{Shown(unknown).TrimStart('-')[section.Length..]}?" : "";
        return $"Unknown option '{Shown(unknown)}'.{advice} Settings are written --Section:Name=value, with one of the sections {string.Join(", ", Sections)}. See tributary --help.";
    }
}
