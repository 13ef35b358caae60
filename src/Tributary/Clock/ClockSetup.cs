
namespace Tributary.Clock;

internal static partial class ClockSetup
{
    /// <summary>Registers the clock of every timer.</summary>
    /// <param name="services">Where it goes.</param>
    /// <param name="options">Whether it is a virtual one.</param>
    /// <param name="time">The real one.</param>
    public static void AddClock(this IServiceCollection services, ClockOptions options, TimeProvider time)
    {
        if (!options.Virtual)
        {
            services.AddSingleton(time);
            return;
        }

        services.AddSingleton(_ => new VirtualTimeProvider(time));
        services.AddSingleton<TimeProvider>(provider => provider.GetRequiredService<VirtualTimeProvider>());
    }

    /// <summary>
    /// Goes first. With a virtual clock <c>Date</c> tells its time, as the tokens and the dates inside of errors do: a client that reckons with the server's
    /// clock must find one. Kestrel's own header would tell the machine's.
    /// </summary>
    public static void UseClock(this WebApplication app)
    {
        if (app.Services.GetService<VirtualTimeProvider>() is not { } clock)
        {
            return;
        }

        LogVirtual(app.Services.GetRequiredService<ILogger<VirtualTimeProvider>>());

        app.Use(next => context =>
        {
            context.Response.OnStarting(() =>
            {
                context.Response.Headers.Date = clock.GetUtcNow().ToString("r");
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    [LoggerMessage(4001, LogLevel.Warning, "The clock is virtual: the operator can stop and move this server's time at /tributary/clock. Not for production.")]
    private static partial void LogVirtual(ILogger logger);
}
