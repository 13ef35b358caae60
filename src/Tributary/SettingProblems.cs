using Microsoft.Extensions.Options;

namespace Tributary;

/// <summary>What is wrong with the settings, of all sections together: who has mistyped three of them should not need three starts to hear so.</summary>
internal sealed class SettingProblems
{
    private readonly List<string> _problems = [];

    /// <summary>As <see cref="CheckedOptions.Read"/>; of a section that is wrong the defaults, until <see cref="ThrowIfAny"/>.</summary>
    public T Read<T>(IConfiguration from, Func<IConfiguration, T?> read)
        where T : class, ICheckedOptions, new() => Take(() => CheckedOptions.Read(from, read)) ?? new T();

    /// <summary>What is made of the settings; the default of the type when they are wrong.</summary>
    public T? Take<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (OptionsValidationException exception)
        {
            _problems.AddRange(exception.Failures);
        }
        catch (ArgumentException exception)
        {
            _problems.Add(exception.Message);
        }

        return default;
    }

    public void Take(Action check) => Take<object?>(() =>
    {
        check();
        return null;
    });

    public void Add(string problem) => _problems.Add(problem);

    /// <exception cref="OptionsValidationException">Names everything that was found.</exception>
    public void ThrowIfAny()
    {
        if (_problems.Count > 0)
        {
            throw new OptionsValidationException("Settings", typeof(SettingProblems), _problems.Distinct());
        }
    }
}
