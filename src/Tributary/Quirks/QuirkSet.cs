namespace Tributary.Quirks;

/// <summary>The quirks that are on, from the section <c>Quirks</c>.</summary>
internal sealed class QuirkSet
{
    public static readonly QuirkSet None = new(new ConfigurationBuilder().Build().GetSection(Quirk.Section));

    private readonly HashSet<string> _on = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="ArgumentException">A name that no quirk has, or a value that is no Boolean.</exception>
    public QuirkSet(IConfigurationSection section)
    {
        foreach (IConfigurationSection setting in section.GetChildren())
        {
            if (!Quirk.All.Any(quirk => quirk.Id.Equals(setting.Key, StringComparison.OrdinalIgnoreCase)))
            {
                throw new ArgumentException($"Quirks:{setting.Key}: there is no such quirk. Known are {string.Join(", ", Quirk.All.Select(quirk => quirk.Id))}.");
            }

            if (!bool.TryParse(setting.Value, out bool isOn))
            {
                throw new ArgumentException($"Quirks:{setting.Key}: '{setting.Value}' must be true or false.");
            }

            if (isOn)
            {
                _on.Add(setting.Key);
            }
        }
    }

    public bool IsOn(Quirk quirk) => _on.Contains(quirk.Id);
}
