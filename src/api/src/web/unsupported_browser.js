// Tells people whose browser is too old for the web client, instead of leaving them with an empty page.
// Has to run in any browser, so nothing newer than 1999 is used here.
(function () {
    var able = typeof Promise === 'function' && typeof Symbol === 'function' && typeof fetch === 'function' &&
        typeof WebSocket === 'function' && typeof Object.fromEntries === 'function';
    function tell() {
        var text = document.createElement('p');
        text.setAttribute('role', 'alert');
        text.appendChild(document.createTextNode(
            'This browser is too old for this page. Please use a current version of Firefox, Chrome, Edge or Safari, ' +
            'or the Mattermost desktop or mobile app.'));
        document.body.insertBefore(text, document.body.firstChild);
    }
    if (able) {
        return;
    }
    if (document.body) {
        tell();
    } else {
        window.onload = tell;
    }
}());
