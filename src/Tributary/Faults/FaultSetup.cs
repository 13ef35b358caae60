
namespace Tributary.Faults;

internal static partial class FaultSetup
{
    public static void AddFaults(this IServiceCollection services, FaultOptions options)
    {
        services.AddSingleton(options);

        // Also while switched off: then nothing fills it.
        services.AddSingleton<FaultBook>();
    }

    /// <summary>
    /// After authentication, since rules tell callers apart, and before anything is done. Switched off, it is not in the pipeline at all.
    /// </summary>
    public static void UseFaults(this WebApplication app)
    {
        if (!app.Services.GetRequiredService<FaultOptions>().Enabled)
        {
            return;
        }

        LogEnabled(app.Services.GetRequiredService<ILogger<FaultBook>>());

        app.UseMiddleware<FaultMiddleware>();
    }

    [LoggerMessage(4002, LogLevel.Warning, "Fault injection is on: the operator can have this server's requests fail at /tributary/faults. Not for production.")]
    private static partial void LogEnabled(ILogger logger);
}
