using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Tributary.Quirks;

namespace Tributary.Profiles;

/// <summary>
/// A named set of settings' values, laid beneath every other source of configuration: whatever is set in a file, the environment or on the command line wins
/// over it, one by one. Nothing in the code asks for the profile; it only reads settings (design 15).
/// </summary>
internal sealed class Profile
{
    public const string Setting = "Profile";

    /// <summary>Quick and patient: nothing takes artificial time, nothing is throttled, no oddity is imitated.</summary>
    public static readonly Profile Fast = new("fast", setting => setting.Fast);

    /// <summary>As the real service: its published limits, its waits, its known issues.</summary>
    public static readonly Profile Graph = new("graph", setting => setting.Graph);

    public static readonly IReadOnlyList<Profile> All = [Fast, Graph];

    private Profile(string name, Func<ProfileSetting, string> valueOf)
    {
        Name = name;
        Values = ProfileSetting.All.ToDictionary(setting => setting.Name, string? (setting) => valueOf(setting), StringComparer.OrdinalIgnoreCase);
    }

    public string Name { get; }

    /// <summary>By the full names of the settings.</summary>
    public IReadOnlyDictionary<string, string?> Values { get; }

    public bool TurnsOn(Quirk quirk) => Values[quirk.Setting] == "true";

    /// <summary>
    /// The profile that a configuration asks for; <see cref="Fast"/> when it asks for none. Environment variables without a prefix do not count: <c>PROFILE</c>
    /// means something else on many a machine.
    /// </summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static Profile Of(ConfigurationManager configuration)
    {
        string? asked = null;
        foreach ((IConfigurationSource source, IConfigurationProvider provider) in configuration.Sources.Zip(((IConfigurationRoot)configuration).Providers))
        {
            if (source is not EnvironmentVariablesConfigurationSource { Prefix: null or "" } && provider.TryGet(Setting, out string? value))
            {
                asked = value;
            }
        }

        string name = asked ?? Fast.Name;
        return All.FirstOrDefault(profile => profile.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"{Setting} is '{name}'; it must be one of {string.Join(", ", All.Select(profile => profile.Name))}.");
    }
}

/// <summary>A setting that the profiles give different values.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Fast">Its value in <see cref="Profile.Fast"/>, which is the option's own default.</param>
/// <param name="Graph">Its value in <see cref="Profile.Graph"/>.</param>
internal sealed record ProfileSetting(string Name, string Fast, string Graph)
{
    public static readonly IReadOnlyList<ProfileSetting> All =
    [
        // external-connectors 12.3.
        new("Schemas:ProvisioningDelay", "00:00:00", "00:05:00..00:15:00"),
        new("Indexing:VisibilityDelay", "00:00:00", "00:15:00..00:30:00"),

        // "Minutes to hours" (12.3); few minutes rehearse the 409s in between as well as hours would.
        new("Connections:DeletionDelay", "00:00:00", "00:05:00"),
        new("Connections:ItemCountInterval", "00:00:00", "00:15:00"),

        // external-connectors 10, protocol 10. No number is published for reading items; a tenant has no published ceiling.
        new("Throttling:ConcurrentCalls", "0", "25"),
        new("Throttling:ItemWritesPerSecond", "0", "25"),
        new("Throttling:ItemReadsPerSecond", "0", "10"),
        new("Throttling:GroupCallsPerSecond", "0", "1000"),
        new("Throttling:RetrievalsPerHour", "0", "200"),
        new("Throttling:AppCallsPerTenSeconds", "0", "130000"),
        .. Quirk.All.Select(quirk => new ProfileSetting(quirk.Setting, "false", quirk.IsInGraph ? "true" : "false")),
    ];

    /// <summary>Whether it turns a quirk on or off.</summary>
    public bool IsQuirk => Name.StartsWith(Quirk.Section + ":", StringComparison.Ordinal);
}
