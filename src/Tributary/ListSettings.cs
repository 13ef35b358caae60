namespace Tributary;

/// <summary>
/// Lists of the configuration come from one source. Sources are laid over each other name by name, and the names of entries are their places: of a list in a file and
/// a shorter one in the environment the last entries of the file would stay, which nobody has written so.
/// </summary>
internal static class ListSettings
{
    /// <summary>The sections that are read by others, who mean their names otherwise.</summary>
    private static readonly string[] NotOurs = ["Logging", "Kestrel"];

    /// <summary>A sentence for each list that has entries from several sources.</summary>
    public static IEnumerable<string> Problems(IConfigurationRoot configuration) =>
        ServerSettings.Sections.Except(NotOurs).SelectMany(name => Problems(configuration.GetSection(name), [.. configuration.Providers]));

    private static IEnumerable<string> Problems(IConfigurationSection section, IConfigurationProvider[] providers)
    {
        IConfigurationSection[] children = [.. section.GetChildren()];
        if (children.Length > 0 && Array.TrueForAll(children, child => int.TryParse(child.Key, out _)))
        {
            return providers.Count(provider => provider.GetChildKeys([], section.Path).Any()) > 1
                ? [$"{section.Path} is a list with entries from several sources, such as a file and the environment, which would be mixed; write all of them in one."]
                : [];
        }

        return children.SelectMany(child => Problems(child, providers));
    }
}
