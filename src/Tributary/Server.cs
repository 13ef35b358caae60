using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Options;
using Tributary.Access;
using Tributary.Access.History;
using Tributary.Access.Log;
using Tributary.Auth;
using Tributary.Auth.DevIssuer;
using Tributary.Batch;
using Tributary.Clock;
using Tributary.Connections;
using Tributary.Directories;
using Tributary.Directories.Reading;
using Tributary.Directories.Scim;
using Tributary.Faults;
using Tributary.Graph;
using Tributary.Groups;
using Tributary.Health;
using Tributary.Indexing;
using Tributary.Items;
using Tributary.Metadata;
using Tributary.Nodes;
using Tributary.Operations;
using Tributary.Profiles;
using Tributary.Quirks;
using Tributary.Schemas;
using Tributary.Search;
using Tributary.Storage;
using Tributary.Storage.Postgres;
using Tributary.Storage.Sqlite;
using Tributary.TakeOver;
using Tributary.Telemetry;
using Tributary.Throttling;
using Tributary.Transfer;

namespace Tributary;

/// <summary>The composition of the server: its settings, its services, the order of its pipeline, and its whole surface, top to bottom.</summary>
internal static class Server
{
    public const string DefaultUrl = DevDefaults.ServerUrl;

    /// <param name="settings">Named options of the command line; they win over everything else.</param>
    /// <param name="arguments">Settings written <c>--Section:Name=value</c>; they win over files and environment.</param>
    /// <param name="time">The clock of every timer; the system's unless a test brings its own.</param>
    /// <param name="replace">Puts other services in the place of these: for a server inside another command, which has its own signals and output.</param>
    /// <exception cref="OptionsValidationException">Names every setting that is wrong.</exception>
    /// <exception cref="ArgumentException">There is no such profile.</exception>
    public static WebApplication Build(IEnumerable<KeyValuePair<string, string?>> settings, string[] arguments, TimeProvider? time = null, Action<WebApplicationBuilder>? replace = null)
    {
        WebApplicationBuilder builder = Configure(settings, arguments);
        var problems = new SettingProblems();
        ListSettings.Problems(builder.Configuration).ToList().ForEach(problems.Add);
        TakeOverOptions takeOver = problems.Read(builder.Configuration.GetSection(TakeOverOptions.Section), section => section.Get<TakeOverOptions>(CheckedOptions.NoUnknownNames));
        StorageOptions storage = problems.Read(builder.Configuration.GetSection(StorageOptions.Section), section => section.Get<StorageOptions>(CheckedOptions.NoUnknownNames));
        string[] urls = (builder.Configuration["Urls"] ?? Listening.DefaultUrls(storage, takeOver)).Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (urls.FirstOrDefault(url => !url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !url.StartsWith("https://", StringComparison.OrdinalIgnoreCase)) is { } wrong)
        {
            problems.Add($"'{wrong}' is no address to listen on. Write --urls {DefaultUrl}; several are separated by ';'.");
            urls = [DefaultUrl];
        }

        builder.WebHost.UseUrls(takeOver.ProxyPort is null ? urls : []);
        if (takeOver.Enabled || urls.Any(url => url.StartsWith("https", StringComparison.OrdinalIgnoreCase)))
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            HeaderText.ApplyTo(kestrel);
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.KeepOutRequests();

        // At each question, while a node starts or its store is away. Those who work on that tell of it, and when it is over.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.Critical);

        // Why a start fails is told by the command, in a sentence; the host would put a stack trace in front of it.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        AddServices(builder, urls, storage, takeOver, problems, time ?? TimeProvider.System);
        replace?.Invoke(builder);
        if (takeOver.ProxyPort is { } proxyPort)
        {
            // After the certificates' own part of these options, on which it builds.
            bool hasOwnSection = builder.Configuration.GetSection("Kestrel:Endpoints").GetChildren().Any();
            builder.WebHost.ConfigureKestrel(kestrel => Listening.ListenWithProxy(kestrel, urls, hasOwnSection, proxyPort));
        }

        WebApplication app = builder.Build();
        UsePipeline(app);
        MapSurface(app);
        return app;
    }

    /// <summary>Reads the configuration: the profile's values, then files, environment and command line, of which the later win.</summary>
    /// <exception cref="ArgumentException">There is no such profile.</exception>
    public static WebApplicationBuilder Configure(IEnumerable<KeyValuePair<string, string?>> settings, string[] arguments)
    {
        // Watching the settings' files costs start-up time and nothing here would notice a change.
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        builder.Configuration.AddEnvironmentVariables("TRIBUTARY_");
        builder.Configuration.AddCommandLine(arguments);
        builder.Configuration.AddInMemoryCollection(settings);

        // Beneath all of them, yet only they tell which.
        var profile = Profile.Of(builder.Configuration);
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = profile.Values });
        builder.Services.AddSingleton(profile);
        return builder;
    }

    private static void AddServices(WebApplicationBuilder builder, string[] urls, StorageOptions storage, TakeOverOptions takeOver, SettingProblems problems, TimeProvider time)
    {
        IServiceCollection services = builder.Services;
        ConfigurationManager configuration = builder.Configuration;
        string[] addresses = LoopbackPolicy.Addresses(urls, configuration);

        // Read once, at start, and checked there; each call names its type, as the configuration binder's source generator needs.
        services.AddSingleton(Options.Create(storage));
        AuthOptions auth = problems.Take(() => AuthOptions.Read(configuration)) ?? new AuthOptions();
        problems.Take(() => DirectorySetup.ReadOptions(configuration));
        NationalCloud? cloud = auth.EntraCloud;
        PublicUrlOptions links = problems.Read(configuration, root => root.Get<PublicUrlOptions>());
        links = cloud is null ? links : links.WithDefaultHost(cloud.GraphHost);
        services.AddSingleton(Options.Create(links));
        services.AddSingleton(Options.Create(problems.Read(configuration.GetSection(ConnectionOptions.Section), section => section.Get<ConnectionOptions>(CheckedOptions.NoUnknownNames))));
        services.AddSingleton(Options.Create(problems.Read(configuration.GetSection(SchemaOptions.Section), section => section.Get<SchemaOptions>(CheckedOptions.NoUnknownNames))));
        services.AddSingleton(Options.Create(problems.Read(configuration.GetSection(ItemOptions.Section), section => section.Get<ItemOptions>(CheckedOptions.NoUnknownNames))));
        services.AddSingleton(Options.Create(problems.Read(configuration.GetSection(GroupOptions.Section), section => section.Get<GroupOptions>(CheckedOptions.NoUnknownNames))));
        IndexOptions index = problems.Read(configuration.GetSection(IndexOptions.Section), section => section.Get<IndexOptions>(CheckedOptions.NoUnknownNames));
        services.AddSingleton(Options.Create(index));
        SearchOptions search = problems.Read(configuration.GetSection(SearchOptions.Section), SearchOptions.BindOrNull);
        services.AddSingleton(Options.Create(search));
        services.AddSingleton(Options.Create(problems.Read(configuration.GetSection(BatchOptions.Section), section => section.Get<BatchOptions>(CheckedOptions.NoUnknownNames))));
        GraphOptions graph = problems.Read(configuration.GetSection(GraphOptions.Section), section => section.Get<GraphOptions>(CheckedOptions.NoUnknownNames));
        services.AddSingleton(Options.Create(graph));
        services.AddSingleton(CloudSurface.Of(cloud, graph));
        LimitOptions limits = problems.Read(configuration.GetSection(LimitOptions.Section), section => section.Get<LimitOptions>(CheckedOptions.NoUnknownNames));
        services.AddSingleton(Options.Create(limits));
        services.Configure<KestrelServerOptions>(kestrel => limits.ApplyTo(kestrel.Limits));
        CrossOriginOptions crossOrigin = problems.Read(configuration.GetSection(CrossOriginOptions.Section), section => section.Get<CrossOriginOptions>(CheckedOptions.NoUnknownNames));
        AccessOptions access = problems.Read(configuration.GetSection(AccessOptions.Section), section => section.Get<AccessOptions>(CheckedOptions.NoUnknownNames));
        services.AddSingleton(Options.Create(access));
        services.AddSingleton(Options.Create(access.Log));
        ClockOptions clock = problems.Read(configuration.GetSection(ClockOptions.Section), section => section.Get<ClockOptions>(CheckedOptions.NoUnknownNames));
        FaultOptions faults = problems.Read(configuration.GetSection(FaultOptions.Section), section => section.Get<FaultOptions>(CheckedOptions.NoUnknownNames));
        NodeOptions nodes = problems.Read(configuration.GetSection(NodeOptions.Section), section => section.Get<NodeOptions>(CheckedOptions.NoUnknownNames));
        TelemetryOptions telemetry = problems.Read(configuration.GetSection(TelemetryOptions.Section), section => section.Get<TelemetryOptions>(CheckedOptions.NoUnknownNames));
        ThrottlingOptions throttling = problems.Read(configuration.GetSection(ThrottlingOptions.Section), section => section.Get<ThrottlingOptions>(CheckedOptions.NoUnknownNames));
        QuirkSet? quirks = problems.Take(() => new QuirkSet(configuration.GetSection(Quirk.Section)));
        Chance? chance = problems.Take(() => Chance.From(configuration));
        problems.ThrowIfAny();

        // Of settings that are right each, which of them go together.
        problems.Take(() => search.RequireLongerThan(index.SearchWait));
        if (index.SnapshotDirectory is not null && !storage.IsPostgres)
        {
            problems.Add("Indexing:SnapshotDirectory is for nodes that share a store, with Storage:Provider=Postgres; leave it out.");
        }

        if (access.Log.ProblemOrNull(storage) is { } logProblem)
        {
            problems.Add(logProblem);
        }

        if (storage.IsPostgres && PostgresConnectionString.ProblemOrNull(configuration) is { } storeProblem)
        {
            problems.Add(storeProblem);
        }

        problems.Take(() => DevIssuerPolicy.Validate(addresses, auth));
        problems.Take(() => LoopbackPolicy.Refuse(clock.Virtual && !clock.AllowRemote, "The virtual clock is", ClockOptions.Section, addresses));
        problems.Take(() => LoopbackPolicy.Refuse(faults.Enabled && !faults.AllowRemote, "Fault injection is", FaultOptions.Section, addresses));
        problems.Take(() => LoopbackPolicy.Refuse(takeOver.Enabled && !takeOver.AllowRemote, "Take-over is", TakeOverOptions.Section, addresses));
        problems.ThrowIfAny();

        services.AddClock(clock, time);
        services.AddFaults(faults);
        services.AddTributaryTelemetry(telemetry);
        services.AddSingleton(Options.Create(throttling));
        services.AddSingleton(quirks!);
        services.AddSingleton(chance!);

        var data = DataDirectory.Open(storage);

        // From a factory, so that the container gives the directory back, and asked for by the store, so that it does so after the store is closed.
        services.AddSingleton(_ => data);
        try
        {
            services.AddTributaryAuth(configuration, data.Path, addresses);
            bool devIssuer = services.Any(service => service.ServiceType == typeof(DevIssuerKey));
            services.AddCrossOrigin(crossOrigin, devIssuer);
            services.AddTakeOver(takeOver, configuration, data.Path, links, devIssuer, time);
        }
        catch
        {
            data.Dispose();
            throw;
        }

        services.AddTributaryHealth();
        services.AddCompressedBodies();
        services.AddCompressedAnswers();
        services.AddHsts(hsts => hsts.MaxAge = TimeSpan.FromDays(365));
        services.AddGraphThrottling();

        services.AddSingleton<StorageMetrics>();
        services.AddSingleton<ISqlDatabase>(provider => storage.IsPostgres
            ? PostgresDatabase.Open(
                configuration[PostgresConnectionString.Setting]!,
                storage,
                provider.GetRequiredService<StorageMetrics>(),
                provider.GetRequiredService<SqlSignals>(),
                provider.GetRequiredService<ThisNode>(),
                provider.GetRequiredService<ILogger<PostgresDatabase>>())
            : SqliteDatabase.Open(provider.GetRequiredService<DataDirectory>().Path, storage, provider.GetRequiredService<StorageMetrics>()));
        services.AddSingleton(provider => ThisNode.Of(storage, nodes, provider.GetRequiredService<DataDirectory>().Path, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<NodeStore>();
        services.AddSingleton<NodeReadiness>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout += nodes.DrainDelay ?? TimeSpan.FromSeconds(5));
        services.AddSingleton<SqlSignals>();
        services.AddSingleton<InFlightBytes>();
        services.AddSingleton<AccessHistory>();
        services.AddSingleton<PastReader>();
        services.AddSingleton<PastDirectories>();
        services.AddSingleton<PastAccess>();

        services.AddSingleton<OpaqueNumbers>();
        services.AddSingleton<SkipTokens>();
        services.AddSingleton<IConnectionStore, SqlConnectionStore>();
        services.AddSingleton<ConnectionAccess>();
        services.AddSingleton<ShownItemCounts>();
        services.AddSingleton<SqlOperationStore>();
        services.AddSingleton<IOperationStore>(provider => provider.GetRequiredService<SqlOperationStore>());
        services.AddSingleton<ISchemaStore>(provider => provider.GetRequiredService<SqlOperationStore>());
        services.AddSingleton<SchemaVersions>();
        services.AddSingleton<IItemStore, SqlItemStore>();
        services.AddSingleton<IActivityStore, SqlActivityStore>();
        services.AddSingleton<IGroupStore, SqlGroupStore>();
        services.AddSingleton<IAccessStore, SqlAccessStore>();
        services.AddSingleton<IExportStore, SqlExportStore>();
        services.AddSingleton<IImportStore, SqlImportStore>();

        services.AddSingleton<PartPipeline>();

        services.AddSingleton<IChangeFeed, SqlChangeFeed>();
        services.AddSingleton<IndexMetrics>();
        services.AddSingleton<ItemVisibility>();
        services.AddSingleton<IndexLanguages>();
        services.AddSingleton<IndexSnapshots>();
        services.AddSingleton<IndexCatalog>();
        services.AddSingleton<SnapshotWorker>();
        services.AddSingleton<IIndexPreparation>(provider => provider.GetRequiredService<IndexCatalog>());
        services.AddSingleton<ISearchIndex, LuceneSearchIndex>();
        services.AddSingleton<SearchMetrics>();
        services.AddSingleton<WithdrawnHits>();
        services.AddSingleton<SearchGate>();
        services.AddSingleton<AccessLogMetrics>();
        services.AddSingleton<AccessLog>();

        // Started in this order and stopped in the other one: the last to write is the first to go. None writes before it is clear whether history is kept of it.
        services.AddHostedService<AccessHistoryWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<AccessLog>());
        services.AddHostedService<NodeWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<IndexCatalog>());
        services.AddHostedService<OperationWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<SnapshotWorker>());
        services.AddHostedService(provider => provider.GetRequiredService<NodeReadiness>());
        services.AddHostedService<ExportLeases>();
    }

    private static void UsePipeline(WebApplication app)
    {
        app.UseClock();
        app.UseProxyRequests();
        app.UseHsts();
        app.UseCompressedAnswers();

        // What stands before this sees a batch only, what stands after it sees each part of one as well.
        app.UseBatchParts();
        app.UseRequestIds();
        app.UseMiddleware<GraphFailures>();
        app.UseTunnelledMethods();
        app.UseHeadAsGet();
        app.UseGraphPaths();
        app.UseRouting();

        // From here on every refusal is one that a web page may read.
        app.UseCrossOrigin();
        app.UseHostPaths();
        app.UseMiddleware<RequestLimits>();
        app.UseUnknownPaths();

        // After routing, as the real service resolves the path first; before anything reads a body.
        app.UseGraphAuthorization();

        // Who asks, and for what, is known; nothing is done yet.
        app.UseRequiredConnections();
        app.UseFaults();
        app.UseGraphThrottling();
        app.UseForeignConnection403();
        app.UseQueryOptions();
        app.UseContentNegotiation();
        app.UseCompressedBodies();
    }

    private static void MapSurface(WebApplication app)
    {
        CloudSurface surface = app.Services.GetRequiredService<CloudSurface>();
        foreach (GraphVersion version in Enum.GetValues<GraphVersion>())
        {
            RouteGroupBuilder graph = app.MapGroup("/" + version.Segment()).WithMetadata(new GraphVersionMetadata(version));
            graph.MapServiceDocument();
            graph.MapUsers();
            graph.MapDirectoryGroups();
            graph.MapMemberships();
            graph.MapMemberGroups();
            graph.MapApplications();
            graph.MapOrganization();
            if (surface.HasExternal)
            {
                graph.MapConnections();
                graph.MapSchemas();
                graph.MapOperations();
                graph.MapItems();
                graph.MapActivities();
                graph.MapGroups();
                if (version == GraphVersion.Beta)
                {
                    graph.MapQuota();
                }

                graph.MapUndocumented();
            }

            // What a search may be asked for stands in its body (search 2).
            graph.MapGroup("").WithMetadata(IgnoresQueryOptions.Instance).MapSearch();
            graph.MapBatch();
            graph.MapMetadata(version);
            graph.MapGroup("").WithMetadata(IgnoresQueryOptions.Instance).MapNotImplemented(surface);
        }

        app.MapScim();
        app.MapDevIssuer();
        app.MapHealth();
        app.MapClock();
        app.MapFaults();
        app.MapQuirks();
        app.MapExplain();
        app.MapAccess();
        app.MapAccessLog();
        app.MapIndex();
        app.MapSnapshots();
        app.MapExport();
        app.MapImports();
        app.MapNodes();
        app.MapTelemetry();
    }
}
