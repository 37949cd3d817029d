//! Tokens of services: those with a shape of their own, and those that only the service's key name tells.

use super::super::model::{Form, Value};
use super::super::random::{self, Random};

/// A service's token: what it is called here, the variable it usually stands in, its shape.
///
/// In a shape `{a36}` are 36 characters of class `a`: `a` letters and digits, `l` the same in lower case, `u` in upper
/// case, `h` hex, `X` upper-case hex, `d` digits, `b` base64, `s` base64 for URLs, `t` base32, `c` letters,
/// `e` the characters of Bech32.
type Service = (&'static str, &'static str, &'static str);

/// Told by the token itself.
const SHAPED: &[Service] = &[
    ("aws-access-key", "AWS_ACCESS_KEY_ID", "AKIA{t16}"),
    ("aws-temporary-key", "AWS_ACCESS_KEY_ID", "ASIA{t16}"),
    ("github-personal", "GITHUB_TOKEN", "ghp_{a36}"),
    ("github-oauth", "GH_OAUTH", "gho_{a36}"),
    ("github-user-to-server", "GH_TOKEN", "ghu_{a36}"),
    ("github-server-to-server", "GITHUB_TOKEN", "ghs_{a36}"),
    ("github-refresh", "GH_REFRESH", "ghr_{a36}"),
    ("github-fine-grained", "GITHUB_PAT", "github_pat_{a22}_{a59}"),
    ("gitlab-personal", "GITLAB_TOKEN", "glpat-{s20}"),
    ("gitlab-runner", "CI_RUNNER", "glrt-{s20}"),
    ("gitlab-deploy", "DEPLOY", "gldt-{s20}"),
    ("gitlab-trigger", "TRIGGER", "glptt-{h40}"),
    ("slack-bot", "SLACK_BOT", "xoxb-{d12}-{d12}-{a24}"),
    ("slack-user", "SLACK_USER", "xoxp-{d12}-{d12}-{d12}-{h32}"),
    ("slack-app", "SLACK_APP", "xapp-1-A{u10}-{d13}-{h64}"),
    ("slack-webhook", "SLACK_HOOK", "https://hooks.slack.com/services/T{u9}/B{u9}/{a24}"),
    ("discord-webhook", "DISCORD_HOOK", "https://discord.com/api/webhooks/{d18}/{s68}"),
    ("discord-bot", "DISCORD_BOT", "MTI{a21}.G{a5}.{s38}"),
    ("telegram-bot", "TELEGRAM_BOT", "{d10}:AA{s33}"),
    (
        "teams-webhook",
        "TEAMS_HOOK",
        "https://contoso{h4}.webhook.office.com/webhookb2/{h8}-{h4}-4{h3}-a{h3}-{h12}@{h8}-{h4}-4{h3}-8{h3}-{h12}/IncomingWebhook/{h32}/{h8}-{h4}-4{h3}-b{h3}-{h12}",
    ),
    ("stripe-secret", "STRIPE_KEY", "sk_live_{a24}"),
    ("stripe-test", "STRIPE_KEY", "sk_test_{a24}"),
    ("stripe-restricted", "STRIPE_RK", "rk_live_{a24}"),
    ("stripe-webhook", "STRIPE_WH", "whsec_{a32}"),
    ("square-access", "SQUARE", "sq0atp-{s22}"),
    ("square-secret", "SQUARE", "sq0csp-{s43}"),
    ("paypal-braintree", "BRAINTREE", "access_token$production${l16}${h32}"),
    ("razorpay", "RAZORPAY", "rzp_live_{a14}"),
    ("shopify-private", "SHOPIFY", "shppa_{h32}"),
    ("shopify-access", "SHOPIFY", "shpat_{h32}"),
    ("shopify-shared", "SHOPIFY", "shpss_{h32}"),
    ("sendgrid", "SENDGRID", "SG.{s22}.{s43}"),
    ("mailgun", "MAILGUN", "key-{h32}"),
    ("mailchimp", "MAILCHIMP", "{h32}-us{d2}"),
    ("brevo", "BREVO", "xkeysib-{h64}-{a16}"),
    ("twilio-key", "TWILIO", "SK{h32}"),
    ("google-api", "GOOGLE_MAPS", "AIza{s35}"),
    ("google-oauth-secret", "GOOGLE", "GOCSPX-{s28}"),
    ("google-access", "GCLOUD", "ya29.{s120}"),
    ("google-refresh", "GCLOUD", "1//0{s60}"),
    (
        "azure-storage",
        "AZURE",
        "DefaultEndpointsProtocol=https;AccountName=store{l6};AccountKey={b86}==;EndpointSuffix=core.windows.net",
    ),
    (
        "azure-service-bus",
        "AZURE",
        "Endpoint=sb://queue{l5}.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={b43}=",
    ),
    ("azure-sas", "AZURE", "https://store{l5}.blob.core.windows.net/c?sv=2022-11-02&sp=r&sig={a40}%3D"),
    ("azure-client-secret", "AZURE", "{a3}8Q~{a34}"),
    ("digitalocean-personal", "DO", "dop_v1_{h64}"),
    ("digitalocean-oauth", "DO", "doo_v1_{h64}"),
    ("npm", "NPM", "npm_{a36}"),
    ("pypi", "TWINE", "pypi-AgEIcHlwaS5vcmc{s90}"),
    ("rubygems", "GEM", "rubygems_{h48}"),
    ("crates-io", "CARGO", "cio{a32}"),
    ("nuget", "NUGET", "oy2{l43}"),
    ("dockerhub", "DOCKER", "dckr_pat_{s27}"),
    ("terraform-cloud", "TFE", "{a14}.atlasv1.{s67}"),
    ("vault-service", "VAULT", "hvs.{s95}"),
    ("vault-batch", "VAULT", "hvb.{s140}"),
    ("databricks", "DATABRICKS", "dapi{h32}"),
    ("openai-project", "OPENAI", "sk-proj-{s60}T3BlbkFJ{s60}"),
    ("openai-legacy", "OPENAI", "sk-{a20}T3BlbkFJ{a20}"),
    ("anthropic", "ANTHROPIC", "sk-ant-api03-{s93}AA"),
    ("hugging-face", "HF", "hf_{c34}"),
    ("replicate", "REPLICATE", "r8_{a37}"),
    ("groq", "GROQ", "gsk_{a52}"),
    ("perplexity", "PPLX", "pplx-{a48}"),
    ("grafana-service", "GRAFANA", "glsa_{a32}_{h8}"),
    ("grafana-cloud", "GRAFANA", "glc_eyJ{a60}"),
    ("new-relic", "NEW_RELIC", "NRAK-{u27}"),
    ("sentry-user", "SENTRY", "sntryu_{h64}"),
    ("dynatrace", "DYNATRACE", "dt0c01.{t24}.{t64}"),
    ("pulumi", "PULUMI", "pul-{h40}"),
    ("linear", "LINEAR", "lin_api_{a40}"),
    ("notion", "NOTION", "ntn_{d11}{a35}"),
    ("airtable", "AIRTABLE", "pat{a14}.{h64}"),
    ("asana", "ASANA", "1/{d16}:{h32}"),
    ("atlassian", "JIRA", "ATATT3xFfGF0{s171}={X8}"),
    ("bitbucket-app", "BITBUCKET", "ATBB{a32}"),
    ("postman", "POSTMAN", "PMAK-{h24}-{h34}"),
    ("figma", "FIGMA", "figd_{s40}"),
    ("doppler", "DOPPLER", "dp.pt.{a43}"),
    ("planetscale", "PLANETSCALE", "pscale_tkn_{s43}"),
    ("supabase", "SUPABASE", "sbp_{h40}"),
    ("fly-io", "FLY", "fo1_{s43}"),
    ("flutterwave", "FLW", "FLWSECK-{h32}-X"),
    ("easypost", "EASYPOST", "EZAK{a54}"),
    ("duffel", "DUFFEL", "duffel_live_{s43}"),
    ("facebook-access", "FB", "EAAC{a150}"),
    ("tailscale", "TS", "tskey-auth-{a12}CNTRL-{a32}"),
    ("age-secret-key", "AGE", "AGE-SECRET-KEY-1{e58}"),
    ("cloudflare-origin", "CF", "v1.0-{h24}-{h146}"),
    ("alibaba", "ALIYUN", "LTAI5t{a18}"),
    ("tencent", "TENCENT", "AKID{a32}"),
    ("yandex", "YC", "AQVN{s36}"),
    ("contentful", "CONTENTFUL", "CFPAT-{s43}"),
    ("readme", "README", "rdme_{l70}"),
    ("prefect", "PREFECT", "pnu_{l36}"),
    ("scalingo", "SCALINGO", "tk-us-{s48}"),
    ("clojars", "CLOJARS", "CLOJARS_{l60}"),
    ("artifactory", "JFROG", "AKCp8{a68}"),
    ("onepassword-service", "OP", "ops_eyJ{b260}"),
];

/// Told by the service's name in the key only.
const KEYED: &[Service] = &[
    ("aws-secret-key", "AWS_SECRET_ACCESS_KEY", "{b40}"),
    ("datadog-api", "DD_API_KEY", "{h32}"),
    ("datadog-app", "DATADOG_APP_KEY", "{h40}"),
    ("cloudflare-global", "CLOUDFLARE_API_KEY", "{h37}"),
    ("cloudflare-api", "CLOUDFLARE_API_TOKEN", "{s40}"),
    ("heroku", "HEROKU_API_KEY", "{h8}-{h4}-4{h3}-a{h3}-{h12}"),
    ("linode", "LINODE_TOKEN", "{h64}"),
    ("vultr", "VULTR_API_KEY", "{u36}"),
    ("hetzner", "HCLOUD_TOKEN", "{a64}"),
    ("fastly", "FASTLY_API_TOKEN", "{s32}"),
    ("algolia", "ALGOLIA_ADMIN_KEY", "{h32}"),
    ("twilio-auth", "TWILIO_AUTH_TOKEN", "{h32}"),
    ("circleci", "CIRCLECI_TOKEN", "{h40}"),
    ("travis", "TRAVIS_TOKEN", "{a22}"),
    ("codecov", "CODECOV_TOKEN", "{h8}-{h4}-4{h3}-9{h3}-{h12}"),
    ("sonar", "SONAR_TOKEN", "{h40}"),
    ("okta", "OKTA_API_TOKEN", "00{s40}"),
    ("auth0", "AUTH0_CLIENT_SECRET", "{s64}"),
    ("mapbox", "MAPBOX_SECRET", "sk.eyJ1{a60}.{s22}"),
    ("pagerduty", "PAGERDUTY_API_KEY", "{s20}"),
    ("zendesk", "ZENDESK_API_TOKEN", "{a40}"),
    ("dropbox", "DROPBOX_ACCESS_TOKEN", "sl.{s135}"),
    ("mistral", "MISTRAL_API_KEY", "{a32}"),
    ("consul", "CONSUL_HTTP_TOKEN", "{h8}-{h4}-4{h3}-b{h3}-{h12}"),
    ("bitrise", "BITRISE_ACCESS_TOKEN", "{s86}"),
    ("etherscan", "ETHERSCAN_API_KEY", "{u34}"),
];

/// Number of services.
#[must_use]
pub fn count() -> usize {
    SHAPED.len() + KEYED.len()
}

/// A token that its own shape tells; each turn another service.
pub fn shaped(turn: usize, random: &mut Random) -> (Value, &'static str) {
    let (name, variable, shape) = SHAPED[turn % SHAPED.len()];
    let text = fill(shape, random);
    let mut value = Value::new("token", name, text.clone(), Form::exact);
    value.forms = secret_part(name, &text);
    (value, variable)
}

/// A token that needs its key's name; each turn another service.
pub fn keyed(turn: usize, random: &mut Random) -> (Value, &'static str) {
    let (name, variable, shape) = KEYED[turn % KEYED.len()];
    let text = fill(shape, random);
    let value = Value::new("keyed-token", name, text.clone(), Form::exact);
    (value.and(Form::exact(tail(&text))), variable)
}

/// Of most tokens the whole and its second half; of those inside a longer text only the secret of it.
fn secret_part(name: &str, text: &str) -> Vec<Form> {
    let secret = match name {
        "azure-storage" => between(text, "AccountKey=", ";"),
        "azure-service-bus" => between(text, "SharedAccessKey=", ";"),
        "azure-sas" => between(text, "sig=", "%"),
        "slack-webhook" | "discord-webhook" => text.rsplit('/').next().unwrap_or(text),
        "teams-webhook" => between(text, "IncomingWebhook/", "/"),
        _ => text,
    };
    vec![Form::exact(secret), Form::exact(tail(secret))]
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let rest = text.split_once(start).map_or(text, |(_, rest)| rest);
    rest.split_once(end).map_or(rest, |(part, _)| part)
}

/// The second half: what is left where only the beginning was removed.
#[must_use]
pub fn tail(text: &str) -> &str {
    let middle = (text.len() / 2..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[middle..]
}

fn fill(shape: &str, random: &mut Random) -> String {
    let mut text = String::new();
    let mut rest = shape;
    while let Some((literal, class)) = rest.split_once('{') {
        let (class, after) = class.split_once('}').unwrap_or((class, ""));
        text.push_str(literal);
        let (alphabet, length) = class.split_at(1);
        let length = length.parse().unwrap_or(1);
        text.push_str(&characters(alphabet, length, random));
        rest = after;
    }
    text.push_str(rest);
    text
}

fn characters(class: &str, length: usize, random: &mut Random) -> String {
    let alphabet = match class {
        "a" => random::ALNUM,
        "l" => random::LOWER_ALNUM,
        "u" => random::UPPER_ALNUM,
        "h" => random::HEX,
        "X" => "0123456789ABCDEF",
        "d" => return random.digits(length),
        "b" => random::BASE64,
        // A token for URLs that ends in a dash would end one character early for every reader.
        "s" => return random.text(random::BASE64_URL, length - 1) + &random.text(random::ALNUM, 1),
        "t" => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        "c" => "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        "e" => "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
        _ => panic!("no class is called `{class}`"),
    };
    random.text(alphabet, length)
}
