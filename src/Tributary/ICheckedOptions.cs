using Microsoft.Extensions.Options;

namespace Tributary;

/// <summary>Options that know what they may be, so that a wrong setting stops the start instead of surprising a request.</summary>
internal interface ICheckedOptions
{
    /// <summary>A sentence for each value that is wrong: the setting's full name, the value, and what is allowed.</summary>
    IEnumerable<string> Problems();
}

internal static class CheckedOptions
{
    /// <summary>Reads a section at start and checks it; the call names the type itself, as the configuration binder's source generator needs.</summary>
    /// <param name="from">The section; or the root, of which most is somebody else's, so that a name which is not known there is not told.</param>
    /// <param name="read">Binds it.</param>
    /// <exception cref="OptionsValidationException">Names every setting of the section that is wrong, and what it may be.</exception>
    public static T Read<T>(IConfiguration from, Func<IConfiguration, T?> read)
        where T : class, ICheckedOptions, new()
    {
        T options;
        try
        {
            options = read(from) ?? new T();
        }
        catch (InvalidOperationException exception) when (from is IConfigurationSection section)
        {
            // The binder has found a name that there is not, or a value of another kind; its words for it are those of .NET's types.
            string[] found = [.. SettingNames.Problems(section, typeof(T))];
            throw Wrong<T>(found.Length > 0 ? found : [$"{section.Path} cannot be read: {exception.Message}"]);
        }

        string[] problems = [.. options.Problems()];
        return problems.Length == 0 ? options : throw Wrong<T>(problems);
    }

    /// <summary>A mistyped name is told, not ignored.</summary>
    public static void NoUnknownNames(BinderOptions options) => options.ErrorOnUnknownConfiguration = true;

    /// <summary>
    /// A list is as good as a text with semicolons, which is what one can write on a command line or into an environment variable. The binder passes over such a text,
    /// and a restriction that is passed over opens the server.
    /// </summary>
    /// <param name="section">Where the list is.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="bound">What the binder made of it.</param>
    /// <returns>Null where nothing is set; an entry that is null is an empty one, for the rules to refuse.</returns>
    /// <exception cref="OptionsValidationException">There are both, so that one of them would be passed over.</exception>
    public static string[]? List(IConfiguration section, string name, string[]? bound)
    {
        IConfigurationSection setting = section.GetSection(name);
        return setting.Value is not { } text ? bound?.Select(entry => (string?)entry ?? "").ToArray()
            : setting.GetChildren().Any()
                ? throw new OptionsValidationException(setting.Path, typeof(string[]), [$"{setting.Path} is set both as a text and as a list ({setting.Path}:0); leave one of them out."])
                : text.Length == 0 ? [] : text.Split(';', StringSplitOptions.TrimEntries);
    }

    /// <summary>What stands in the way of a command, a line for each setting that is wrong.</summary>
    public static string Text(Exception exception) =>
        exception is OptionsValidationException wrong ? string.Join(Environment.NewLine, wrong.Failures) : exception.Message;

    private static OptionsValidationException Wrong<T>(string[] problems) => new(typeof(T).Name, typeof(T), problems);
}
