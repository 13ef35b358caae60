namespace Tributary.Tests.Connections;

/// <summary>Layouts from Microsoft's own pages and samples: what clients copy has to pass.</summary>
internal static class AdaptiveCardSamples
{
    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        // https://learn.microsoft.com/graph/api/resources/externalconnectors-displaytemplate
        ["display template"] = """{"type": "AdaptiveCard","version": "1.0","body": [{"type": "TextBlock","text": "String"}]}""",

        // https://learn.microsoft.com/graph/api/resources/externalconnectors-searchsettings
        ["search settings"] = """{"type": "AdaptiveCard","version": "1.0","body": [{"type": "TextBlock","text": "A contoso ticket."}]}""",

        // https://learn.microsoft.com/graph/api/externalconnectors-externalconnection-update
        ["update connection"] = "{}",

        // https://learn.microsoft.com/graph/search-concept-display-layout, as in 2021: the dialect from before May 2020
        ["display layout"] = """
            {
              "type": "AdaptiveCard",
              "version": "1.0",
              "body": [
                {
                  "type": "ColumnSet",
                  "columns": [
                    {
                      "type": "Column",
                      "width": "auto",
                      "items": [
                        {
                          "type": "Image",
                          "url": "https://searchuxcdn.azureedge.net/designerapp/images/LiquidLogo.png",
                          "horizontalAlignment": "Center",
                          "size": "Small"
                        }
                      ],
                      "horizontalAlignment": "Center"
                    },
                    {
                      "type": "Column",
                      "width": 10,
                      "items": [
                        { "type": "TextBlock", "text": "[{Title}]({URL})", "weight": "Bolder", "color": "Accent", "size": "Medium", "maxLines": 3 },
                        { "type": "TextBlock", "text": "{ResultSnippet}", "maxLines": 3, "wrap": true }
                      ],
                      "spacing": "Medium"
                    }
                  ]
                }
              ],
              "$schema": "http://adaptivecards.io/schemas/adaptive-card.json"
            }
            """,

        // The same page, the card of its web component
        ["display layout, rendered"] = """
            {"type":"AdaptiveCard","version":"1.0","body":[{"type":"ColumnSet","columns":[{"type":"Column","width":"auto","items":[{"type":"Image",
            "url":"https://searchuxcdn.azureedge.net/designerapp/images/BingWikiLogo.png","size":"Small","horizontalAlignment":"Center",
            "altText":"Not available","mimeType":"image/png"}],"height":"stretch"},{"type":"Column","width":8,"items":[{"type":"TextBlock",
            "text":"[{Title}]({URL})","color":"Accent","size":"Medium","weight":"Bolder"},{"type":"TextBlock",
            "text":"{RevisionUser} modified {{DATE({RevisionTimestamp})}}","spacing":"Small"},{"type":"TextBlock","text":"{ResultSnippet}","wrap":true,
            "maxLines":3,"spacing":"Medium"}],"horizontalAlignment":"Center","spacing":"Medium"}]}],
            "$schema":"http://adaptivecards.io/schemas/adaptive-card.json"}
            """,

        // https://github.com/microsoftgraph/msgraph-search-connector-sample, result-type.json
        ["parts inventory connector"] = """
            {
              "type": "AdaptiveCard",
              "version": "1.0",
              "body": [
                {
                  "type": "ColumnSet",
                  "columns": [
                    {
                      "type": "Column",
                      "width": 6,
                      "items": [
                        {
                          "type": "TextBlock",
                          "text": "__{name} (Part #{partNumber})__",
                          "color": "accent",
                          "size": "medium",
                          "spacing": "none",
                          "$when": "{name != \"\"}"
                        },
                        { "type": "TextBlock", "text": "{description}", "wrap": true, "maxLines": 3, "$when": "{description != \"\"}" }
                      ],
                      "horizontalAlignment": "Center",
                      "spacing": "none"
                    },
                    {
                      "type": "Column",
                      "width": 2,
                      "items": [
                        {
                          "type": "FactSet",
                          "facts": [
                            { "title": "Price", "value": "${price}" },
                            { "title": "Current Inventory", "value": "{inventory} units" }
                          ]
                        }
                      ],
                      "spacing": "none",
                      "horizontalAlignment": "Right"
                    }
                  ]
                }
              ],
              "$schema": "http://adaptivecards.io/schemas/adaptive-card.json"
            }
            """,

        // https://learn.microsoft.com/microsoftsearch/customize-results-layout
        ["customize results layout"] = """
            {
              "type": "AdaptiveCard",
              "version": "1.3",
              "body": [
                {
                  "type": "ColumnSet",
                  "columns": [
                    {
                      "type": "Column",
                      "width": "auto",
                      "items": [
                        {
                          "type": "Image",
                          "url": "https://searchuxcdn.blob.core.windows.net/designerapp/images/OOTBLayouts/search.png",
                          "altText": "Thumbnail image",
                          "horizontalAlignment": "center",
                          "size": "small"
                        }
                      ],
                      "horizontalAlignment": "center"
                    },
                    {
                      "type": "Column",
                      "width": 10,
                      "items": [
                        {
                          "type": "TextBlock",
                          "text": "[${title}](${titleLink})",
                          "weight": "bolder",
                          "color": "accent",
                          "size": "medium",
                          "maxLines": 3
                        },
                        { "type": "TextBlock", "text": "[${titleLink}](${titleLink})", "weight": "bolder", "spacing": "small", "maxLines": 3 },
                        { "type": "TextBlock", "text": "${description}", "maxLines": 3, "wrap": true }
                      ],
                      "spacing": "medium"
                    }
                  ]
                }
              ],
              "$schema": "http://adaptivecards.io/schemas/adaptive-card.json"
            }
            """,

        // https://learn.microsoft.com/microsoftsearch/confluence-cloud-connector-result-layout
        ["Confluence result layout"] = """
            {
              "type": "AdaptiveCard",
              "version": "1.3",
              "body": [
                {
                  "type": "ColumnSet",
                  "columns": [
                    {
                      "type": "Column",
                      "width": "stretch",
                      "items": [
                        {
                          "type": "ColumnSet",
                          "columns": [
                            {
                              "type": "Column",
                              "width": "auto",
                              "items": [
                                { "type": "TextBlock", "text": "[${Title}](${Url})", "weight": "bolder", "size": "medium", "maxLines": 3, "color": "accent" }
                              ],
                              "spacing": "none"
                            }
                          ],
                          "spacing": "small"
                        },
                        { "type": "TextBlock", "text": "[${Url}](${Url})", "spacing": "small", "weight": "bolder", "color": "dark" },
                        {
                          "type": "Container",
                          "items": [
                            {
                              "type": "TextBlock",
                              "text": "**${UpdatedByName}** modified {{DATE(${UpdatedOn})}}",
                              "spacing": "small",
                              "$when": "${UpdatedByName!='' && UpdatedOn!=''}"
                            },
                            {
                              "type": "TextBlock",
                              "text": "Modified by __${UpdatedByName}__",
                              "spacing": "small",
                              "$when": "${UpdatedByName!='' && UpdatedOn==''}"
                            }
                          ],
                          "spacing": "small"
                        },
                        { "type": "TextBlock", "text": "${ResultSnippet}", "maxLines": 2, "wrap": true, "spacing": "small" }
                      ],
                      "spacing": "medium"
                    }
                  ]
                }
              ],
              "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
              "$data": {
                "UpdatedOn": "2019-09-25T06:08:39Z,SHORT",
                "ResultSnippet": "Marketing team at Contoso.., and looking at the Contoso Marketing documents on the team site.",
                "UpdatedByName": "Amanda Brady",
                "Url": "https://modernacdesigner.azurewebsites.net",
                "Title": "Contoso Marketing Analysis - Q3 FY18"
              }
            }
            """,
    };

    /// <summary>One of everything, to break in tests.</summary>
    public const string Rich = """
        {
          "type": "AdaptiveCard",
          "version": "1.6",
          "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
          "fallbackText": "A card", "speak": "A card", "lang": "en", "minHeight": "50px", "rtl": false, "verticalContentAlignment": "Center",
          "backgroundImage": { "url": "https://contoso.com/back.png", "fillMode": "RepeatHorizontally" },
          "metadata": { "webUrl": "https://contoso.com" },
          "refresh": { "action": { "type": "Action.Execute", "verb": "refresh" }, "userIds": ["29:1"] },
          "authentication": { "text": "Sign in", "connectionName": "c", "buttons": [{ "type": "signin", "value": "https://contoso.com" }] },
          "msteams": { "width": "Full" },
          "selectAction": { "type": "Action.OpenUrl", "url": "${url}" },
          "body": [
            { "type": "TextBlock", "text": "${title}", "wrap": "true", "size": "Large", "style": "heading", "$when": "${title != '}'}" },
            { "type": "RichTextBlock", "inlines": ["plain", { "type": "TextRun", "text": "bold", "weight": "Bolder", "italic": true }, "${more}"] },
            { "type": "Image", "url": "https://contoso.com/a.png", "height": "50px", "width": "20px", "style": "Person" },
            { "type": "ImageSet", "imageSize": "small", "images": [{ "type": "Image", "url": "a" }, { "url": "b" }] },
            { "type": "Media", "sources": [{ "url": "a", "mimeType": "m" }], "captionSources": [{ "mimeType": "v", "url": "c", "label": "l" }] },
            { "type": "Container", "style": "emphasis", "bleed": true, "items": [{ "type": "TextBlock", "text": "in", "$data": "${people}" }] },
            { "type": "ColumnSet", "columns": [{ "type": "Column", "width": "auto" }, { "width": 2, "items": "${things}" }, "${column}"] },
            { "type": "FactSet", "facts": [{ "$data": "${facts}", "title": "${t}", "value": "${v}" }] },
            { "type": "ActionSet", "actions": [{ "type": "Action.ToggleVisibility", "targetElements": ["a", { "elementId": "b" }] }] },
            {
              "type": "Table", "columns": [{ "width": 1 }, { "width": "2" }], "firstRowAsHeader": true,
              "rows": [{ "type": "TableRow", "cells": [{ "type": "TableCell", "items": [{ "type": "TextBlock", "text": "x" }] }, {}] }]
            },
            { "type": "Carousel", "pages": [{ "type": "CarouselPage", "items": [] }], "timer": 5000 },
            { "type": "Input.Text", "id": "text", "inlineAction": { "type": "Action.Submit", "data": { "x": [1, { "type": "TextBlock" }] } } },
            { "type": "Input.Number", "id": "number", "min": 1, "max": 2.5, "value": "${n}" },
            { "type": "Input.Date", "id": "date", "value": "2026-01-31" },
            { "type": "Input.Time", "id": "time", "min": "08:00" },
            { "type": "Input.Toggle", "id": "toggle", "title": "Yes?" },
            { "type": "Input.ChoiceSet", "id": "choice", "choices": [{ "title": "One", "value": "1" }], "style": "expanded" },
            { "type": "Input.ChoiceSet", "id": "people", "choices.data": { "type": "Data.Query", "dataset": "graph.microsoft.com/users" } },
            { "type": "Graph", "points": [1, 2], "fallback": { "type": "TextBlock", "text": "no graphs here" } },
            { "type": "Chart", "fallback": "Drop" }
          ],
          "actions": [
            { "type": "Action.Submit", "title": "Send", "style": "positive", "mode": "primary" },
            { "type": "Action.ShowCard", "title": "More", "card": { "type": "AdaptiveCard", "body": [{ "type": "TextBlock", "text": "more" }] } }
          ]
        }
        """;
}
