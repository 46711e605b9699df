#requires -Version 7.2
# A Connector in PowerShell: reads lines of JSON with many people each, and answers on a separate channel.
# Everything between "The badge system" and "The protocol" is about the product: replace it for yours.

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true
$ProgressPreference = 'SilentlyContinue'

# ---- The badge system -------------------------------------------------------------------------------------------------

if (-not $env:BADGE_API) { throw 'BADGE_API is not set: the address of the badge system, such as https://badges.contoso.local/api' }
$script:api = $env:BADGE_API.TrimEnd('/')

# Calls the system. Redirects are not followed: they would carry the body somewhere else.
function Invoke-Badge([string] $Method, [string] $Path, $Body) {
    $call = @{ Method = $Method; Uri = "$script:api$Path"; TimeoutSec = 30; MaximumRedirection = 0 }
    if ($null -ne $Body) {
        # As bytes: a text would be sent in Latin-1 by some versions.
        $call.Body = [System.Text.Encoding]::UTF8.GetBytes((ConvertTo-Json -InputObject $Body -Depth 5 -Compress))
        $call.ContentType = 'application/json; charset=utf-8'
    }
    Invoke-RestMethod @call
}

# Converts the fields of the Mapping to the field names of the system.
function ConvertTo-Card($Record, [bool] $Active) {
    [ordered]@{ mail = $Record['Mail']; holder = $Record['Name']; site = $Record['Site']; active = $Active }
}

function New-Card($Record) {
    $card = Invoke-Badge 'POST' '/cards' (ConvertTo-Card $Record $true)
    [ordered]@{ status = 'done'; key = [string] $card.id }
}

function Set-Card([string] $Key, $Record, [bool] $Active) {
    $null = Invoke-Badge 'PUT' "/cards/$([uri]::EscapeDataString($Key))" (ConvertTo-Card $Record $Active)
    [ordered]@{ status = 'done' }
}

# Finds all cards with this e-mail address. No match is an empty list, not an error.
function Find-Card($Record) {
    $mail = [uri]::EscapeDataString([string] $Record['Mail'])
    $cards = @(Invoke-Badge 'GET' "/cards?mail=$mail")
    @(foreach ($card in $cards) {
        if ($null -eq $card) { continue }
        [ordered]@{ key = [string] $card.id; record = [ordered]@{ Mail = [string] $card.mail; Name = [string] $card.holder; Site = [string] $card.site } }
    })
}

# Converts a failed call to the outcome for its person.
function ConvertTo-Outcome($Failure) {
    $exception = $Failure.Exception
    $code = 0
    if ($exception -is [Microsoft.PowerShell.Commands.HttpResponseException]) { $code = [int] $exception.Response.StatusCode }
    switch ($code) {
        404 { return [ordered]@{ status = 'missing'; reason = 'answered 404' } }
        409 { return [ordered]@{ status = 'exists'; reason = 'answered 409' } }
        { $_ -in 401, 403, 429 } { return [ordered]@{ status = 'retry'; reason = "answered $code" } }
        { $_ -ge 400 -and $_ -lt 500 } { return [ordered]@{ status = 'reject'; reason = "answered $code" } }
    }
    # A time-out, a cut connection or a 5xx: perhaps written.
    [ordered]@{ status = 'unclear'; reason = $exception.Message }
}

# ---- The protocol -----------------------------------------------------------------------------------------------------

# Answers must not mix with what commands print: they go to file descriptor 3, or to the pipe that VESTIBULE_ANSWERS names.
function Open-Channel {
    if ($env:VESTIBULE_ANSWERS) {
        $stream = [System.IO.Pipes.NamedPipeClientStream]::new('.', $env:VESTIBULE_ANSWERS, [System.IO.Pipes.PipeDirection]::InOut)
        $stream.Connect(5000)
    }
    else {
        $handle = [Microsoft.Win32.SafeHandles.SafeFileHandle]::new([IntPtr] 3, $false)
        $stream = [System.IO.FileStream]::new($handle, [System.IO.FileAccess]::Write, 1)
    }
    $writer = [System.IO.StreamWriter]::new($stream, [System.Text.UTF8Encoding]::new($false))
    $writer.NewLine = "`n"
    $writer.AutoFlush = $true
    $writer
}

# Sends one person's result immediately. A person without a result when the script ends is looked up before the next write.
function Send-Result($Result) {
    $script:channel.WriteLine((ConvertTo-Json -InputObject ([ordered]@{ v = 1; results = @($Result) }) -Depth 8 -Compress))
}

function Invoke-Item([string] $Do, $Item) {
    $record = $Item['record']
    $key = [string] $Item['key']
    switch ($Do) {
        'create' { return New-Card $record }
        'update' { return Set-Card $key $record $true }
        'deactivate' { return Set-Card $key $record $false }
        'find' { return [ordered]@{ found = @(Find-Card $record) } }
        default { return [ordered]@{ status = 'reject'; reason = "this script does not know $Do" } }
    }
}

# Texts that look like dates must stay texts; versions before 7.5 cannot be told so.
$script:reading = @{ AsHashtable = $true; NoEnumerate = $true }
if ((Get-Command ConvertFrom-Json).Parameters.ContainsKey('DateKind')) { $script:reading.DateKind = 'String' }

$script:channel = Open-Channel
while ($null -ne ($line = [Console]::In.ReadLine())) {
    if ([string]::IsNullOrWhiteSpace($line)) { continue }
    $message = ConvertFrom-Json -InputObject $line @reading
    foreach ($item in $message['items']) {
        try { $outcome = Invoke-Item $message['do'] $item }
        catch {
            # Nobody can be told apart from "could not be asked" by a failed search: the script ends, and the search is repeated.
            if ($message['do'] -eq 'find') { throw }
            $outcome = ConvertTo-Outcome $_
        }
        $result = [ordered]@{ n = $item['n'] }
        foreach ($field in $outcome.Keys) { $result[$field] = $outcome[$field] }
        Send-Result $result
    }
}
