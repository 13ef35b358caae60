namespace Tributary.Batch;

/// <summary>
/// The server's own pipeline, from the place on where <see cref="PartPipelines.UseBatchParts"/> stands: parts of a batch run through it like requests that came alone, so
/// that no rule has to be written, or forgotten, twice.
/// </summary>
internal sealed class PartPipeline
{
    private RequestDelegate? _rest;

    public Task InvokeAsync(HttpContext part) =>
        (_rest ?? throw new InvalidOperationException("UseBatchParts() is not in the pipeline."))(part);

    internal void Take(RequestDelegate rest) => _rest = rest;
}

internal static class PartPipelines
{
    public static void UseBatchParts(this IApplicationBuilder app) => app.Use(rest =>
    {
        app.ApplicationServices.GetRequiredService<PartPipeline>().Take(rest);
        return rest;
    });
}
