using Microsoft.Extensions.Configuration.CommandLine;

namespace Tributary.Directories.Scim;

internal static class ScimSetup
{
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A secret stands on the command line.</exception>
    /// <exception cref="InvalidDataException">A secret cannot be used; the message names its setting.</exception>
    public static void AddScim(this IServiceCollection services, IConfiguration configuration, DirectoryOptions options)
    {
        RefuseSecretsOfCommandLine(configuration, options);

        // Read here for the sake of the checks: what cannot be used stops the start.
        _ = new ScimSecrets(options, Microsoft.Extensions.Logging.Abstractions.NullLogger<ScimSecrets>.Instance);
        services.AddSingleton<ScimSecrets>();
        services.AddSingleton<ScimAccess>();
        services.AddSingleton<IScimStore, SqlScimStore>();
        services.AddSingleton<ScimResources>();
        services.AddSingleton<ScimDirectory>();
        services.AddKeyedSingleton<IDirectory>(DirectorySource.Scim, (provider, _) => provider.GetRequiredService<ScimDirectory>());
    }

    /// <summary>Every process of the machine can read a command line, and shells remember it.</summary>
    private static void RefuseSecretsOfCommandLine(IConfiguration configuration, DirectoryOptions options)
    {
        foreach (string tenant in options.Tenants.Keys)
        {
            string setting = $"{DirectoryOptions.Section}:Tenants:{tenant}:Scim:Secret";
            if (configuration is IConfigurationRoot root && root.Providers.OfType<CommandLineConfigurationProvider>().Any(provider => provider.TryGet(setting, out _)))
            {
                throw new Microsoft.Extensions.Options.OptionsValidationException(
                    nameof(TenantScimOptions),
                    typeof(TenantScimOptions),
                    [$"{setting} stands on the command line, where others can read it. Write it into a file that {setting}File names, or into the environment."]);
            }
        }
    }
}
