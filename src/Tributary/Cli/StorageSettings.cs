using Tributary.Storage;

namespace Tributary.Cli;

/// <summary>Where the store is, as far as settings of the environment and the settings file say, for commands that need no server.</summary>
internal static class StorageSettings
{
    public const string ProviderVariable = "TRIBUTARY_Storage__Provider";

    public static IConfigurationRoot Read() => new ConfigurationBuilder()
        .SetBasePath(Directory.GetCurrentDirectory())
        .AddJsonFile("appsettings.json", optional: true)
        .AddEnvironmentVariables()
        .AddEnvironmentVariables("TRIBUTARY_")
        .Build();

    public static bool IsPostgres(IConfiguration configuration) => StorageOptions.Postgres.Equals(configuration[StorageOptions.Section + ":Provider"], StringComparison.OrdinalIgnoreCase);
}
