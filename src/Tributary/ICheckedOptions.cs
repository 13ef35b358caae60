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
    /// <exception cref="OptionsValidationException">Names every setting of the section that is wrong, and what it may be.</exception>
    public static T Read<T>(Func<T?> read)
        where T : class, ICheckedOptions, new()
    {
        T options;
        try
        {
            options = read() ?? new T();
        }
        catch (InvalidOperationException exception)
        {
            // The binder names the setting and the value that is of no such type.
            throw new OptionsValidationException(typeof(T).Name, typeof(T), [exception.Message]);
        }

        string[] problems = [.. options.Problems()];
        return problems.Length == 0 ? options : throw new OptionsValidationException(typeof(T).Name, typeof(T), problems);
    }

    /// <summary>A mistyped name is told, not ignored.</summary>
    public static void NoUnknownNames(BinderOptions options) => options.ErrorOnUnknownConfiguration = true;
}
