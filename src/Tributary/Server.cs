using Microsoft.Extensions.Options;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;
using Tributary.Connections;
using Tributary.Graph;
using Tributary.Groups;
using Tributary.Health;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Metadata;
using Tributary.Operations;
using Tributary.Quirks;
using Tributary.Schemas;
using Tributary.Search;
using Tributary.Storage;
using Tributary.Storage.Sqlite;
using Tributary.Telemetry;

namespace Tributary;

/// <summary>The composition of the server: its settings, its services, the order of its pipeline, and its whole surface, top to bottom.</summary>
internal static class Server
{
    public const string DefaultUrl = DevDefaults.ServerUrl;

    /// <param name="settings">Named options of the command line; they win over everything else.</param>
    /// <param name="arguments">Settings written <c>--Section:Name=value</c>; they win over files and environment.</param>
    /// <param name="time">The clock of every timer; the system's unless a test brings its own.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is wrong; the message names it.</exception>
    /// <exception cref="ArgumentException">An address is none.</exception>
    public static WebApplication Build(IEnumerable<KeyValuePair<string, string?>> settings, string[] arguments, TimeProvider? time = null)
    {
        // Watching the settings' files costs start-up time and nothing here would notice a change.
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        builder.Configuration.AddEnvironmentVariables("TRIBUTARY_");
        builder.Configuration.AddCommandLine(arguments);
        builder.Configuration.AddInMemoryCollection(settings);

        string[] urls = (builder.Configuration["Urls"] ?? DefaultUrl).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (urls.FirstOrDefault(url => !url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !url.StartsWith("https://", StringComparison.OrdinalIgnoreCase)) is { } wrong)
        {
            throw new ArgumentException($"'{wrong}' is no address to listen on. Write --urls {DefaultUrl}; several are separated by ';'.");
        }

        builder.WebHost.UseUrls(urls);
        if (urls.Any(url => url.StartsWith("https", StringComparison.OrdinalIgnoreCase)))
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);

        // Why a start fails is told by the command, in a sentence; the host would put a stack trace in front of it.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        AddServices(builder, urls, time ?? TimeProvider.System);
        WebApplication app = builder.Build();
        UsePipeline(app);
        MapSurface(app);
        return app;
    }

    private static void AddServices(WebApplicationBuilder builder, string[] urls, TimeProvider time)
    {
        IServiceCollection services = builder.Services;
        ConfigurationManager configuration = builder.Configuration;
        services.AddSingleton(time);

        // Read once, at start, and checked there; each call names its type, as the configuration binder's source generator needs.
        StorageOptions storage = Checked(() => configuration.GetSection(StorageOptions.Section).Get<StorageOptions>(NoUnknownNames));
        services.AddSingleton(Options.Create(storage));
        services.AddSingleton(Options.Create(Checked(() => configuration.Get<PublicUrlOptions>())));
        services.AddSingleton(Options.Create(Checked(() => configuration.GetSection(ConnectionOptions.Section).Get<ConnectionOptions>(NoUnknownNames))));
        services.AddSingleton(Options.Create(Checked(() => configuration.GetSection(SchemaOptions.Section).Get<SchemaOptions>(NoUnknownNames))));
        services.AddSingleton(Options.Create(Checked(() => configuration.GetSection(ItemOptions.Section).Get<ItemOptions>(NoUnknownNames))));
        services.AddSingleton(Options.Create(Checked(() => configuration.GetSection(GroupOptions.Section).Get<GroupOptions>(NoUnknownNames))));
        services.AddSingleton(Options.Create(Checked(() => configuration.GetSection(IndexOptions.Section).Get<IndexOptions>(NoUnknownNames))));
        services.AddSingleton(Options.Create(Checked(() => configuration.GetSection(SearchOptions.Section).Get<SearchOptions>(NoUnknownNames))));
        services.AddSingleton(new QuirkSet(configuration.GetSection("Quirks")));

        var data = DataDirectory.Open(storage);

        // From a factory, so that the container gives the directory back, and asked for by the store, so that it does so after the store is closed.
        services.AddSingleton(_ => data);
        try
        {
            services.AddTributaryAuth(configuration, data.Path, urls);
        }
        catch
        {
            data.Dispose();
            throw;
        }

        services.AddTributaryTelemetry(configuration.GetSection(TelemetryOptions.Section).Get<TelemetryOptions>() ?? new TelemetryOptions());
        services.AddTributaryHealth();
        services.AddRequestDecompression();

        services.AddSingleton<StorageMetrics>();
        services.AddSingleton<ISqlDatabase>(provider =>
            SqliteDatabase.Open(provider.GetRequiredService<DataDirectory>().Path, storage, provider.GetRequiredService<StorageMetrics>()));
        services.AddSingleton<SqlSignals>();
        services.AddSingleton<InFlightBytes>();

        services.AddSingleton<SkipTokens>();
        services.AddSingleton<IConnectionStore, SqlConnectionStore>();
        services.AddSingleton<ConnectionAccess>();
        services.AddSingleton<SqlOperationStore>();
        services.AddSingleton<IOperationStore>(provider => provider.GetRequiredService<SqlOperationStore>());
        services.AddSingleton<ISchemaStore>(provider => provider.GetRequiredService<SqlOperationStore>());
        services.AddSingleton<SchemaVersions>();
        services.AddSingleton<IItemStore, SqlItemStore>();
        services.AddSingleton<IGroupStore, SqlGroupStore>();

        services.AddSingleton<IChangeFeed, SqlChangeFeed>();
        services.AddSingleton<IndexMetrics>();
        services.AddSingleton<IndexCatalog>();
        services.AddSingleton<ISearchIndex, LuceneSearchIndex>();

        // Started in this order and stopped in the other one: the last to write is the first to go.
        services.AddHostedService(provider => provider.GetRequiredService<IndexCatalog>());
        services.AddHostedService<OperationWorker>();
    }

    /// <summary>A mistyped name is told, not ignored.</summary>
    private static void NoUnknownNames(BinderOptions options) => options.ErrorOnUnknownConfiguration = true;

    /// <exception cref="OptionsValidationException">Names every setting of the section that is wrong, and what it may be.</exception>
    private static T Checked<T>(Func<T?> read)
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

    private static void UsePipeline(WebApplication app)
    {
        app.UseRequestIds();
        app.UseMiddleware<GraphFailures>();
        app.UseGraphPaths();
        app.UseRouting();
        app.UseUnknownPaths();

        // After routing, as the real service resolves the path first; before anything reads a body.
        app.UseGraphAuthorization();
        app.UseContentNegotiation();
        app.UseCompressedBodies();
    }

    private static void MapSurface(WebApplication app)
    {
        foreach (GraphVersion version in Enum.GetValues<GraphVersion>())
        {
            RouteGroupBuilder graph = app.MapGroup("/" + version.Segment()).WithMetadata(new GraphVersionMetadata(version));
            graph.MapConnections();
            graph.MapSchemas();
            graph.MapOperations();
            graph.MapItems();
            graph.MapGroups();
            graph.MapSearch();
            graph.MapMetadata(version);
            graph.MapNotImplemented(version);
        }

        app.MapDevIssuer();
        app.MapHealth();
        app.MapTelemetry(app.Configuration.GetSection(TelemetryOptions.Section).Get<TelemetryOptions>() ?? new TelemetryOptions());
    }
}
