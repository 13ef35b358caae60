using System.Net;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Polly;
using Polly.Timeout;

namespace Tributary.Directories.MicrosoftGraph;

internal static class GraphDirectorySetup
{
    private const string Graph = "directory-graph";
    private const string Login = "directory-login";

    /// <summary>A longer wait is the client's business: the answer is 503 with it, and no request hangs for so long.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>All attempts together, by the machine's clock: a clock that stands still must not hold requests for ever.</summary>
    private static readonly TimeSpan WholeCall = TimeSpan.FromSeconds(60);

    /// <summary>A page of 999 users has less than one.</summary>
    private const int MaxAnswerBytes = 16 * 1024 * 1024;

    /// <summary>Registers Microsoft Graph as a source, where a tenant has it.</summary>
    /// <exception cref="OptionsValidationException">Names the settings that are wrong.</exception>
    public static void AddGraphDirectory(this IServiceCollection services, IConfiguration configuration, DirectoryOptions options)
    {
        const string Secret = $"{GraphDirectoryOptions.Section}:{nameof(GraphDirectoryOptions.ClientSecret)}";
        if ((configuration as IConfigurationRoot)?.Providers.OfType<CommandLineConfigurationProvider>().Any(provider => provider.TryGet(Secret, out _)) == true)
        {
            throw new OptionsValidationException(
                GraphDirectoryOptions.Section,
                typeof(GraphDirectoryOptions),
                [$"{Secret} stands on the command line, where everybody on this machine can read it. Set {Secret}File, or the environment variable TRIBUTARY_{Secret.Replace(":", "__", StringComparison.Ordinal)}."]);
        }

        if (!options.Uses(DirectorySource.Graph))
        {
            return;
        }

        services.AddSingleton(options.Graph);
        Add(services, Graph, options.Graph);
        Add(services, Login, options.Graph);
        services.AddSingleton(provider => new GraphTokens(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(Login),
            options.Graph,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<GraphTokens>>()));
        services.AddSingleton(provider => new GraphUpstream(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(Graph),
            provider.GetRequiredService<GraphTokens>(),
            options.Graph,
            provider.GetRequiredService<ILogger<GraphUpstream>>()));
        services.AddKeyedSingleton<IDirectory, GraphDirectory>(DirectorySource.Graph);
    }

    /// <summary>How long an answer says to wait; null when it does not.</summary>
    public static TimeSpan? RetryAfterOrNull(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when response.Headers.Date is { } sent => date > sent ? date - sent : TimeSpan.Zero,
        _ => null,
    };

    private static void Add(IServiceCollection services, string name, GraphDirectoryOptions options) => services
        .AddHttpClient(name, client =>
        {
            client.Timeout = WholeCall;
            client.MaxResponseContentBufferSize = MaxAnswerBytes;
        })

        // They would write the ids of users into the log.
        .RemoveAllLoggers()
        .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
        {
            // The clients are kept, so that their handlers must look up hosts anew by themselves.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),

            // Neither a token nor a secret goes where an answer points.
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
        })
        .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
        .AddResilienceHandler(name, (pipeline, context) =>
        {
            pipeline.TimeProvider = context.ServiceProvider.GetRequiredService<TimeProvider>();
            pipeline.AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = 2,
                Delay = TimeSpan.FromMilliseconds(500),
                ShouldHandle = arguments => ValueTask.FromResult(IsPassing(arguments.Outcome)),
            });
            pipeline.AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
            {
                SamplingDuration = TimeSpan.FromSeconds(30),
                MinimumThroughput = 20,
                FailureRatio = 0.8,
                BreakDuration = TimeSpan.FromSeconds(10),
            });
            pipeline.AddTimeout(new HttpTimeoutStrategyOptions { Timeout = options.Timeout });
        });

    /// <summary>What is worth another attempt, unless it says to wait for longer than a request should take.</summary>
    private static bool IsPassing(Outcome<HttpResponseMessage> outcome) => outcome switch
    {
        { Exception: HttpRequestException or TimeoutRejectedException } => true,
        { Result: { StatusCode: HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout } response } =>
            RetryAfterOrNull(response) is not { } wait || wait <= LongestWait,
        _ => false,
    };
}
