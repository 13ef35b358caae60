using System.CommandLine;
using System.Text;
using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Cli;

/// <summary>A command that asks a running server one thing in the operator's name, and shows the answer to people, or as the server said it.</summary>
internal static class OperatorCall
{
    /// <param name="name">The command's own name.</param>
    /// <param name="whole">What is typed for it.</param>
    /// <param name="description">Of the command.</param>
    /// <param name="method">Of the call.</param>
    /// <param name="path">Of the call.</param>
    /// <param name="write">Shows the answer to people.</param>
    public static Command Create(string name, string whole, string description, HttpMethod method, string path, Action<TextWriter, JsonElement> write)
    {
        Option<string> url = AdministratorCall.Url();
        Option<string?> tokenFile = new("--token-file") { Description = $"A file that holds a token of the operator, or the operator's key. Default: the variable {BearerToken.Variable}." };
        Option<string?> data = AdministratorCall.Data();
        Option<bool> json = new("--json") { Description = "Print JSON, as the server answers it." };
        Command command = new(name, description) { url, tokenFile, data, json };
        command.SetAction(async (parsed, cancellation) =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output, error = parsed.InvocationConfiguration.Error;
            (string? token, string? problem) = await AdministratorCall.TokenAsync(parsed.GetValue(tokenFile), parsed.GetValue(data), whole, cancellation);
            if (problem is not null)
            {
                await error.WriteLineAsync(problem);
                return 1;
            }

            // Copying indexes takes its time.
            return await new AdministratorCall(whole, parsed.GetRequiredValue(url), token!, error) { Patience = Timeout.InfiniteTimeSpan }
                .SendAsync(method, path, null, response => ShowAsync(response, output, parsed.GetValue(json) ? null : write, cancellation), cancellation);
        });
        return command;
    }

    private static async Task<string?> ShowAsync(HttpResponseMessage response, TextWriter output, Action<TextWriter, JsonElement>? write, CancellationToken cancellation)
    {
        using JsonDocument? answer = AdministratorCall.ParseOrNull(await response.Content.ReadAsStringAsync(cancellation));
        if (answer is null)
        {
            return "no JSON";
        }

        if (write is not null)
        {
            write(output, answer.RootElement);
            return null;
        }

        using var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body, GraphResult.WriterOptions with { Indented = true }))
        {
            answer.WriteTo(writer);
        }

        await output.WriteLineAsync(Encoding.UTF8.GetString(body.GetBuffer().AsSpan(0, (int)body.Length)));
        return null;
    }
}
