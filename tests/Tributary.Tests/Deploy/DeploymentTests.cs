using System.Diagnostics;
using System.Text.RegularExpressions;
using k8s;
using k8s.Models;
using Tributary.Tests.Compatibility;
using YamlDotNet.RepresentationModel;

namespace Tributary.Tests.Deploy;

/// <summary>What <c>deploy/</c> has, looked at as far as that is possible without a cluster and a container engine.</summary>
public sealed partial class DeploymentTests
{
    private static readonly string Folder = Path.Combine(Ledger.Root, "deploy");

    /// <summary>All but kustomize's own.</summary>
    public static TheoryData<string> Manifests { get; } =
    [
        .. Directory.GetFiles(Path.Combine(Folder, "kubernetes"), "*.yaml", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != "kustomization.yaml").Select(file => Path.GetRelativePath(Folder, file)),
    ];

    [Theory]
    [MemberData(nameof(Manifests))]
    public void AManifestHasNoMemberThatItsTypeDoesNotHave(string file) =>
        Assert.NotEmpty(KubernetesYaml.LoadAllFromString(File.ReadAllText(Path.Combine(Folder, file)), strict: true));

    [Fact]
    public void AMisspeltMemberWouldBeFound()
    {
        string wrong = File.ReadAllText(Path.Combine(Folder, "kubernetes/base/statefulset.yaml")).Replace("failureThreshold", "failureTreshold", StringComparison.Ordinal);

        Assert.ThrowsAny<Exception>(() => KubernetesYaml.LoadAllFromString(wrong, strict: true));
    }

    [Fact]
    public void EveryFileOfTheBaseIsInIt()
    {
        string[] resources = Resources("kubernetes/base");

        Assert.Equal(
            resources.Order(StringComparer.Ordinal),
            Directory.GetFiles(Path.Combine(Folder, "kubernetes/base"), "*.yaml").Select(file => Path.GetFileName(file)!).Where(file => file != "kustomization.yaml").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void APodIsWhatTheRestrictedStandardAsksFor()
    {
        V1PodSpec pod = Set().Spec.Template.Spec;
        V1SecurityContext container = Assert.Single(pod.Containers).SecurityContext;

        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
        Assert.False(container.AllowPrivilegeEscalation);
        Assert.Equal(["ALL"], container.Capabilities.Drop);
        Assert.False(pod.AutomountServiceAccountToken);
    }

    [Fact]
    public void APodIsAskedWhetherItIsReadyAndNotKilledForItsDatabase()
    {
        V1Container container = Assert.Single(Set().Spec.Template.Spec.Containers);

        Assert.Equal("/health/ready", container.ReadinessProbe.HttpGet.Path);
        Assert.Equal("/health/live", container.LivenessProbe.HttpGet.Path);
        Assert.Equal("/health/live", container.StartupProbe.HttpGet.Path);
    }

    [Fact]
    public void EverySettingThatIsNamedIsDescribed()
    {
        string described = File.ReadAllText(Path.Combine(Ledger.Root, "docs", "configuration.md"));
        string[] named =
        [
            .. Directory.GetFiles(Folder, "*", SearchOption.AllDirectories).SelectMany(file => Setting().Matches(File.ReadAllText(file)))
                .Select(match => match.Groups[1].Value.Replace("__", ":", StringComparison.Ordinal)).Where(name => name != "VERSION").Distinct(),
        ];

        Assert.Contains("Storage:Provider", named);
        Assert.All(named, name => Assert.Contains($"`{name}`", described, StringComparison.Ordinal));
    }

    [Fact]
    public async Task EveryToolThatIsInstalledFindsItRight()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "deploy/lint is a shell script.");
        using Process lint = Process.Start(new ProcessStartInfo(Path.Combine(Folder, "lint")) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        Task<string> output = lint.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await lint.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await lint.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(lint.ExitCode == 0, $"{await output}\n{error}");
    }

    private static V1StatefulSet Set() =>
        (V1StatefulSet)Assert.Single(KubernetesYaml.LoadAllFromString(File.ReadAllText(Path.Combine(Folder, "kubernetes/base/statefulset.yaml")), strict: true));

    private static string[] Resources(string folder)
    {
        var yaml = new YamlStream();
        using StreamReader reader = File.OpenText(Path.Combine(Folder, folder, "kustomization.yaml"));
        yaml.Load(reader);
        var resources = (YamlSequenceNode)yaml.Documents[0].RootNode["resources"];
        return [.. resources.Select(node => ((YamlScalarNode)node).Value!)];
    }

    [GeneratedRegex(@"\bTRIBUTARY_(\w+)")]
    private static partial Regex Setting();
}
