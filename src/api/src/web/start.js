'use strict';
(function () {
    var root = new URL('.', location.href);
    var address = root.href.replace(/\/$/, '');
    var config = {};
    var done = {};
    var byId = function (id) { return document.getElementById(id); };

    function call(method, path, body, token) {
        var headers = {};
        if (body) { headers['Content-Type'] = 'application/json'; }
        if (token) { headers.Authorization = 'Bearer ' + token; }
        var wish = {method: method, headers: headers, credentials: 'omit', cache: 'no-store', body: body && JSON.stringify(body)};
        return fetch(new URL('api/v4/' + path, root), wish).catch(function () {
            throw {text: 'The server cannot be reached. Check that it runs and try again.'};
        }).then(function (reply) {
            return reply.json().catch(function () { return {}; }).then(function (answer) {
                if (!reply.ok) { throw {id: answer.id || '', status: reply.status, text: answer.message || ''}; }
                return {body: answer, token: reply.headers.get('Token')};
            });
        });
    }

    function show(id, yes) { byId(id).hidden = !yes; }

    function tell(id, text) {
        byId(id).textContent = text;
        show(id, true);
        byId(id).focus();
    }

    var ADVICE = [
        [/signup_email_disabled|signup_disabled|no_open_server|create_user.disabled/,
            'Creating accounts is turned off. Set TeamSettings.EnableUserCreation and EmailSettings.EnableSignUpWithEmail to true and start the server again.'],
        [/password/, 'Choose another password: ', 'password'],
        [/username/, 'Choose another username: ', 'username'],
        [/email/, 'Check the e-mail address: ', 'email'],
        [/rate_limit|busy/, 'The server is busy. Wait a minute and try again.']
    ];

    function advice(error) {
        var known = ADVICE.filter(function (one) { return one[0].test(error.id || ''); })[0];
        if (known && !known[2]) { return {text: known[1]}; }
        if (known) { return {text: known[1] + (error.text || 'the server does not accept it.'), field: known[2]}; }
        if (error.status >= 500) { return {text: 'The server failed. Its log says why; look there and try again.'}; }
        return {text: (error.text || 'The server refused this.') + ' Change what you entered and try again.'};
    }

    function check(given) {
        if (!/^[^@\s]+@[^@\s]+$/.test(given.email)) { return {field: 'email', text: 'Enter an e-mail address such as you@example.com.'}; }
        if (!/^[a-z][a-z0-9._-]{2,63}$/.test(given.username)) {
            return {field: 'username', text: 'Enter a username of three or more small letters, digits, dots, dashes or underscores that starts with a letter.'};
        }
        var least = Number(config.PasswordMinimumLength) || 8;
        if (given.password.length < least) { return {field: 'password', text: 'Enter a password of at least ' + least + ' characters.'}; }
        if (given.password !== byId('again').value) { return {field: 'again', text: 'The two passwords differ. Enter the same one twice.'}; }
        return null;
    }

    function complain(problem) {
        ['email', 'username', 'password', 'again'].forEach(function (id) {
            byId(id).setAttribute('aria-invalid', String(problem.field === id));
        });
        tell('problem', problem.text);
        if (problem.field) { byId(problem.field).focus(); }
    }

    function slug(name) {
        var plain = name.toLowerCase().normalize('NFKD').replace(/[^a-z0-9]+/g, '-').replace(/^[^a-z]+|-+$/g, '').slice(0, 50);
        return plain.length > 1 ? plain : 'team-' + Math.random().toString(36).slice(2, 8);
    }

    // Each part is done once, so that after a failure the rest can be tried again.
    function create(given) {
        var token;
        var account = {email: given.email, username: given.username, password: given.password};
        var made = done.account ? Promise.resolve() : call('POST', 'users', account).then(function () { done.account = true; });
        return made.then(function () {
            return call('POST', 'users/login', {login_id: given.username, password: given.password});
        }).then(function (answer) {
            token = answer.token;
            if (!byId('address-set').checked || config.SiteURL) { return null; }
            return call('PUT', 'config/patch', {ServiceSettings: {SiteURL: address}}, token);
        }).then(function () {
            if (!given.team || done.team) { return null; }
            var team = {name: slug(given.team), display_name: given.team, type: 'O'};
            return call('POST', 'teams', team, token).then(function () { done.team = true; });
        }).finally(function () {
            return token && call('POST', 'users/logout', null, token).catch(function () {});
        });
    }

    function submit(event) {
        event.preventDefault();
        show('problem', false);
        var given = {
            email: byId('email').value.trim(),
            username: byId('username').value.trim().toLowerCase(),
            password: byId('password').value,
            team: byId('team').value.trim()
        };
        var wrong = check(given);
        if (wrong) { complain(wrong); return; }
        byId('create').disabled = true;
        create(given).then(function () {
            byId('admin').reset();
            show('setup', false);
            show('connect', true);
            tell('done', 'The administrator “' + given.username + '” is there' + (done.team ? ', and so is the team' : '') +
                '. Sign in with any of the apps below.');
        }, function (error) {
            var problem = advice(error);
            if (done.account) {
                ['email', 'username'].forEach(function (id) { byId(id).readOnly = true; });
                problem.text = 'The administrator is there, but not everything else: ' + problem.text;
            }
            complain(problem);
        }).finally(function () { byId('create').disabled = false; });
    }

    function rules() {
        var parts = [['Lowercase', 'a small letter'], ['Uppercase', 'a capital'], ['Number', 'a digit'], ['Symbol', 'a symbol']];
        var wanted = parts.filter(function (part) { return config['PasswordRequire' + part[0]] === 'true'; });
        return 'At least ' + (config.PasswordMinimumLength || 8) + ' characters' +
            (wanted.length ? ', among them ' + wanted.map(function (part) { return part[1]; }).join(', ') : '') + '.';
    }

    function start() {
        document.querySelectorAll('.address').forEach(function (element) { element.textContent = address; });
        byId('admin').addEventListener('submit', submit);
        call('GET', 'config/client?format=old').then(function (answer) {
            config = answer.body;
            if (config.SiteURL) {
                document.querySelectorAll('.address').forEach(function (element) { element.textContent = config.SiteURL; });
            }
            byId('title').textContent = document.title = config.SiteName || 'Team chat server';
            byId('password-hint').textContent = rules();
            byId('version').textContent = 'Works as Mattermost ' + config.Version + ' does.';
            show('address-choice', !config.SiteURL);
            show('setup', config.NoAccounts === 'true');
            show('connect', config.NoAccounts !== 'true');
            return call('GET', 'system/ping');
        }).then(function (answer) {
            byId('health').textContent = answer.body.status === 'OK' ? 'The server is running.' : 'The server runs, but is not well. Its log says why.';
        }).catch(function (error) {
            byId('health').textContent = error.status ? 'The server answers, but not as it should. Its log says why.' : error.text;
        });
    }

    start();
}());
