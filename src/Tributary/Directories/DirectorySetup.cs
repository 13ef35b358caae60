using Tributary.Directories.MicrosoftGraph;
using Tributary.Directories.Scim;
using Tributary.Directories.Seed;

namespace Tributary.Directories;

internal static class DirectorySetup
{
    /// <summary>Registers the sources that tell who is in which group. Settings and the seed file are checked here, so that a wrong one stops the start.</summary>
    /// <param name="services">Where they go.</param>
    /// <param name="configuration">The root; section <c>Directory</c> is read.</param>
    /// <param name="hasDevelopmentUsers">Whether the development issuer is on, whose users are a directory by themselves.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Names the settings that are wrong.</exception>
    /// <exception cref="InvalidDataException">The seed file is wrong; names every mistake.</exception>
    /// <returns>The seed file as it was read; null for none.</returns>
    public static SeedFile? AddDirectories(this IServiceCollection services, IConfiguration configuration, bool hasDevelopmentUsers)
    {
        DirectoryOptions options = ReadOptions(configuration);
        options.HasDevelopmentUsers = hasDevelopmentUsers;
        services.AddSingleton(options);

        // Now and not when it is first asked for: what is wrong with the file now ends the start, what is wrong later is answered 503.
        var seed = SeedReading.First(options.SeedFile);
        services.AddSingleton(provider => new SeedDirectory(options.SeedFile, seed, hasDevelopmentUsers, provider.GetRequiredService<ILogger<SeedDirectory>>()));
        services.AddKeyedSingleton<IDirectory>(DirectorySource.Seed, (provider, _) => provider.GetRequiredService<SeedDirectory>());
        services.AddScim(configuration, options);
        services.AddGraphDirectory(configuration, options);
        services.AddSingleton<TenantDirectories>();
        return options.SeedFile is null ? null : seed.File;
    }

    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Names the settings that are wrong.</exception>
    public static DirectoryOptions ReadOptions(IConfiguration configuration) =>
        CheckedOptions.Read(configuration.GetSection(DirectoryOptions.Section), section => section.Get<DirectoryOptions>(CheckedOptions.NoUnknownNames));
}
